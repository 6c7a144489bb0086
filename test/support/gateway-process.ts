import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'

/** A gateway in a process of its own, which can be killed. */
export interface GatewayProcess {
  /** `http://127.0.0.1:PORT`, the same after every start. */
  readonly url: string
  /** Of the process that runs now. */
  readonly pid: number
  /** As `kill -9`. */
  kill(): Promise<void>
  /** With what was on disk. */
  start(): Promise<void>
  close(): Promise<void>
}

export interface GatewaySettings {
  /** What `store` says of it; a file in the folder unless told otherwise. */
  readonly redis: string | null
  /** The path of its SQLite file. */
  readonly file: string
  /** One account's, with secrets in clear. */
  readonly account: Readonly<Record<string, unknown>>
  /** What kind of viewer everybody is; a service unless told otherwise. */
  readonly viewer?: 'agent' | 'service'
}

export async function startGatewayProcess(settings: GatewaySettings): Promise<GatewayProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-process-'))
  let running = await launch(folder, settings, 0)
  const { url } = running
  const kill = async () => {
    const { child } = running
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return {
    url,
    get pid() {
      return running.child.pid ?? 0
    },
    kill,
    start: async () => {
      running = await launch(folder, settings, Number(new URL(url).port))
    },
    close: async () => {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}

async function launch(
  folder: string,
  { redis, file, account, viewer: kind = 'service' }: GatewaySettings,
  port: number,
): Promise<{ child: ChildProcess; url: string }> {
  const stores = redis === null ? { store: file } : { store: redis, localStore: file }
  const viewer = { displayName: 'Bench', kind }
  const path = join(folder, 'gateway.yaml')
  writeFileSync(path, stringify({ port, ...stores, viewer, accounts: [secretsInFiles(account, folder)] }))
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const child = spawn(process.execPath, ['src/main.ts', '--config', path], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^ready (.*)\/graphql$/.exec(line) ?? []
    if (url === undefined) continue
    child.stdout.resume()
    return { child, url }
  }
  throw new Error('the gateway did not start')
}

/** A configuration takes no secret in clear. */
function secretsInFiles(account: GatewaySettings['account'], folder: string): object {
  const inFile = (name: string, secret: unknown) => {
    const file = join(folder, name)
    writeFileSync(file, String(secret))
    return { file }
  }
  const entries = Object.entries(account).map(([name, value]) => {
    if (Array.isArray(value)) return [name, value.map((secret, index) => inFile(`${name}-${index}`, secret))]
    return [name, /(token|[a-z]key)$/i.test(name) ? inFile(name, value) : value]
  })
  return Object.fromEntries(entries)
}
