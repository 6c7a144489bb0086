import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError } from '../../src/config/problems.ts'
import { loadConfig } from '../../src/config.ts'
import { Canaries } from './canaries.ts'

const folder = mkdtempSync(join(tmpdir(), 'secrecy-'))
const crash = fileURLToPath(new URL('./crash.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the gateway's own command until it ends, or for as long as is said. */
async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { node = [], forMs = 20_000 }: { readonly node?: readonly string[]; readonly forMs?: number } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...node, 'src/main.ts', ...args], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const impatient = setTimeout(() => child.kill('SIGTERM'), forMs)
  const told = [text(child.stdout), text(child.stderr)] as const
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(impatient)
  const [stdout, stderr] = await Promise.all(told)
  return { code, stdout, stderr }
}

function write(name: string, settings: object): string {
  const path = join(folder, name)
  writeFileSync(path, stringify(settings))
  return path
}

function problemsOf(path: string, environment: Readonly<Record<string, string>>): string {
  try {
    loadConfig(path, environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error(`${path} is valid`)
}

const ACCOUNT = { key: 'support', provider: 'chatwoot', baseUrl: 'http://127.0.0.1:9', accountId: 1, socket: false }

describe('what a process writes has no credential in it', () => {
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(['exception', 'rejection'])(
    'where it ends with an unforeseen %s',
    async (how) => {
      const canaries = new Canaries()
      const TOKEN = canaries.make('token')
      const accounts = [{ ...ACCOUNT, token: { env: 'TOKEN' } }]
      const path = write('crash.yaml', { port: 0, store: join(folder, `${how}.sqlite`), accounts })
      const environment = { TOKEN, CRASH_SECRET: TOKEN, CRASH_HOW: how }
      const { code, stdout, stderr } = await run(['--config', path], environment, { node: [`--import=${crash}`] })
      expect(stdout).toContain('ready ')
      expect(code).toBe(1)
      expect(stderr).toContain('ended by an unforeseen error')
      expect(canaries.in(stdout + stderr)).toEqual([])
    },
    30_000,
  )

  it('where its Redis cannot be reached', async () => {
    const canaries = new Canaries()
    const TOKEN = canaries.make('token')
    const REDIS = `redis://default:${canaries.make('password of Redis')}@127.0.0.1:9`
    const accounts = [{ ...ACCOUNT, token: { env: 'TOKEN' } }]
    const settings = { port: 0, store: { env: 'REDIS' }, localStore: join(folder, 'redis.sqlite'), accounts }
    const { stdout, stderr } = await run(
      ['--config', write('redis.yaml', settings)],
      { TOKEN, REDIS },
      { forMs: 5_000 },
    )
    expect(stderr).toContain('Redis')
    expect(canaries.in(stdout + stderr)).toEqual([])
  }, 30_000)

  it('where its configuration is wrong in any of these ways', () => {
    const canaries = new Canaries()
    const secret = canaries.make('secret')
    const inClear = [
      { accounts: [{ ...ACCOUNT, token: secret }] },
      { accounts: [{ ...ACCOUNT, token: { env: 'TOKEN' }, webhookToken: { env: 'SHORT' } }] },
      { accounts: [{ ...ACCOUNT, token: { env: 'TOKEN' }, webhookSecrets: secret }] },
      { accounts: [{ ...ACCOUNT, token: { env: 'TOKEN' }, [secret.slice(0, 3)]: secret }] },
      { accounts: [{ ...ACCOUNT, token: { env: 'TOKEN' }, credentials: [{ person: 'user:1', token: secret }] }] },
      { accounts: [{ ...ACCOUNT, token: { env: 'TOKEN' }, baseUrl: `https://user:${secret}@chat.example` }] },
      { accounts: [{ ...ACCOUNT, token: { env: 'TOKEN' }, baseUrl: `https://chat.example/?token=${secret}` }] },
      { store: `redis://default:${secret}@127.0.0.1:9`, accounts: [{ ...ACCOUNT, token: { env: 'TOKEN' } }] },
      { store: { env: 'TOKEN' }, accounts: [{ ...ACCOUNT, token: { env: 'TOKEN' } }] },
      {
        identity: { tokens: { issuer: 'x', audience: 'y', algorithms: ['ES256'], publicKeys: [secret] } },
        accounts: [],
      },
      {
        identity: { tokens: { issuer: 'x', audience: 'y', algorithms: ['ES256'], publicKeys: [{ env: 'TOKEN' }] } },
        accounts: [],
      },
    ]
    for (const [index, settings] of inClear.entries()) {
      const path = write(`wrong-${index}.yaml`, settings)
      const environment = { TOKEN: secret, SHORT: `${secret.slice(0, 20)} ` }
      // All that the process says of it.
      const message = problemsOf(path, environment)
      expect(canaries.in(message), `${index}: ${message}`).toEqual([])
    }
  })

  it('where keys are made, listed and taken back, but for the one place where a key is shown', async () => {
    const canaries = new Canaries()
    const TOKEN = canaries.make('token')
    const accounts = [{ ...ACCOUNT, token: { env: 'TOKEN' } }]
    const settings = { port: 0, store: join(folder, 'keys.sqlite'), identity: { apiKeys: true }, accounts }
    const config = ['--config', write('keys.yaml', settings)]
    const made = await run(['api-key', 'create', ...config, '--name', 'bench', '--all-accounts'], { TOKEN })
    const key = canaries.take('key', made.stdout.trim())
    expect(key).toMatch(/^cgk_/)
    const listed = await run(['api-key', 'list', ...config], { TOKEN })
    const [id = ''] = listed.stdout.split(' ')
    const revoked = await run(['api-key', 'revoke', ...config, id], { TOKEN })
    const again = await run(['api-key', 'revoke', ...config, key], { TOKEN })
    expect(revoked.code).toBe(0)
    const written = [made.stderr, listed.stdout, listed.stderr, revoked.stdout, revoked.stderr, again.stdout]
    expect(canaries.in(written.join('\n'))).toEqual([])
  }, 60_000)
})
