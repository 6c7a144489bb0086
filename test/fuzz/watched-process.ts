import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Stillness } from './watch.ts'

/** A server in a process of its own that tells how its event loop does. */
export interface WatchedProcess {
  /** Of its GraphQL endpoint. */
  readonly url: string
  /** Since it was asked last. */
  look(): Promise<Stillness>
  /** The code or signal it ended with; null: it lives. */
  readonly ended: string | null
  /** What it has logged. */
  readonly logged: readonly string[]
  close(): Promise<void>
}

/** Starts a script that prints `ready URL` when it listens. */
export async function startWatched(
  script: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<WatchedProcess> {
  const watch = fileURLToPath(new URL('./watch.ts', import.meta.url))
  const child = spawn(process.execPath, [`--import=${watch}`, ...script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const logged: string[] = []
  const { stderr } = child
  if (stderr !== null) createInterface({ input: stderr }).on('line', (line) => logged.push(line))
  const url = await readUrl(child)
  if (url === null) throw new Error(`${script.join(' ')} did not start:\n${logged.join('\n')}`)
  return {
    url,
    logged,
    look: async () => {
      const answer = once(child, 'message')
      child.send('look')
      const [seen] = await answer
      return seen as Stillness
    },
    get ended() {
      return child.exitCode === null ? child.signalCode : `exit code ${child.exitCode}`
    },
    close: () => end(child),
  }
}

async function readUrl({ stdout }: ChildProcess): Promise<string | null> {
  if (stdout === null) return null
  for await (const line of createInterface({ input: stdout })) {
    const [, url] = /^ready (\S+)$/.exec(line) ?? []
    if (url === undefined) continue
    stdout.resume()
    return url
  }
  return null
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
