import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { schema } from '../../schema/index.ts'
import { UsageError } from '../../src/command-line/arguments.ts'
import { parseCommandLine } from '../../src/command-line.ts'
import { Spool } from '../../src/events/spool.ts'
import { SpoolTable } from '../../src/events/spool-table.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { message, say } from '../events/guard-world.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CANARY = 'sk-canary-77d1'

let folder: string
let running: Command[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(async () => {
  await Promise.all(running.map((command) => command.kill()))
  running = []
})

/** The command line as a process of its own. */
class Command {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #ended: Promise<unknown>
  stdout = ''
  stderr = ''

  constructor(args: readonly string[], environment: Record<string, string> = {}) {
    const { PATH = '' } = process.env
    this.#process = spawn(process.execPath, ['src/main.ts', ...args], { cwd: ROOT, env: { PATH, ...environment } })
    this.#process.stdout.on('data', (data) => {
      this.stdout += data
    })
    this.#process.stderr.on('data', (data) => {
      this.stderr += data
    })
    this.#ended = once(this.#process, 'close')
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** The address in the line that begins with `ready`. */
  async ready(): Promise<string> {
    await vi.waitFor(() => expect(this.stdout, this.stderr).toMatch(/^ready \S+\n/m), {
      timeout: 15_000,
      interval: 20,
    })
    return /^ready (\S+)$/m.exec(this.stdout)?.[1] ?? ''
  }

  async exitCode(): Promise<number | null> {
    await this.#ended
    return this.#process.exitCode
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}

function start(args: readonly string[], environment?: Record<string, string>): Command {
  const command = new Command(args, environment)
  running.push(command)
  return command
}

async function run(
  args: readonly string[],
  environment?: Record<string, string>,
): Promise<Command & { code: number | null }> {
  const command = start(args, environment)
  return Object.assign(command, { code: await command.exitCode() })
}

function writeConfig(yaml: string): string {
  const file = join(folder, 'gateway.yaml')
  writeFileSync(file, yaml)
  return file
}

/** An account whose provider is not there: nothing listens on that port. Nor does the gateway look for it by itself. */
const DOWN = `
port: 0
store: ${join(tmpdir(), `gateway-cli-${process.pid}.sqlite`)}
accounts:
  - { key: gone, provider: chatwoot, baseUrl: "http://127.0.0.1:9", accountId: 1, token: { env: TOKEN }, socket: false }
`

async function ask(endpoint: string, query: string): Promise<unknown> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return answer.json()
}

describe('what is asked about the program', () => {
  it('--help explains and succeeds', async () => {
    const { code, stdout } = await run(['--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('check-config')
  })

  it('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` })
  })

  it('print-schema prints the sorted schema', async () => {
    const { code, stdout } = await run(['print-schema'])
    expect(code).toBe(0)
    expect(stdout).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`)
  })
})

describe('a command line that makes no sense', () => {
  it.each([
    [['sevre'], 'there is no command "sevre"'],
    [['--confg', 'x'], "Unknown option '--confg'"],
    [['--config'], "'--config <value>' argument missing"],
    [['print-schema', '--sorted'], "Unknown option '--sorted'"],
    [['print-schema', 'now'], 'now'],
    [['check-config'], 'check-config needs --config FILE'],
    [['tail', '--url', 'here'], '--url needs an address such as http://127.0.0.1:4000/graphql'],
    [['tail', 'now'], 'now'],
    [['replay', '--config', 'x'], 'replay needs --account KEY'],
    [['replay', '--account', 'x'], 'replay needs --config FILE'],
    [['emulate', '--port', '0'], 'emulate needs the name of a vendor'],
    [['emulate', 'bird'], 'emulate needs --port N'],
    [['emulate', 'bird', '--port', 'x'], '--port needs a whole number'],
    [['emulate', 'bird', '--port', '70000'], '--port is at most 65535'],
    [['emulate', 'bird', '--port', '0', '--seed', '-'], '--seed'],
    [['emulate', 'bird', 'chatwoot', '--port', '0'], '"chatwoot" is one word too many'],
  ])('%j is refused with the reason', (args, reason) => {
    expect(() => parseCommandLine(args, {})).toThrow(UsageError)
    expect(() => parseCommandLine(args, {})).toThrow(reason)
  })

  it.each([
    [['sevre'], 'there is no command "sevre"'],
    [['emulate', 'brid', '--port', '0'], 'there is no emulator of "brid"'],
  ])('%j ends with 64, the reason and the usage', async (args, reason) => {
    const { code, stdout, stderr } = await run(args)
    expect(code).toBe(64)
    expect(stderr).toContain(reason)
    expect(stderr).toContain('conversation-gateway [--config FILE]')
    expect(stdout).toBe('')
  })
})

describe('check-config', () => {
  it('names the accounts of a valid configuration', async () => {
    const file = writeConfig(DOWN)
    const { code, stdout } = await run(['check-config', '--config', file], { TOKEN: CANARY })
    expect(code).toBe(0)
    expect(stdout).toBe(`${file} is valid. Accounts:\n  gone: chatwoot, "gone"\n`)
  })

  it('tells every problem of a broken one and ends with 78, without a secret', async () => {
    const file = writeConfig(`prot: 1\naccounts: [{ key: A, provider: chatwoot, token: ${CANARY} }]\n`)
    const { code, stdout, stderr } = await run(['check-config'], { GATEWAY_CONFIG: file })
    expect(code).toBe(78)
    expect(stdout).toBe('')
    expect(stderr.split('\n')).toHaveLength(6)
    expect(stderr).not.toContain(CANARY)
  })

  it('finds the example beside the README valid', async () => {
    writeFileSync(join(folder, 'bird-access-key.txt'), 'a key')
    const file = writeConfig(readFileSync(join(ROOT, 'gateway.example.yaml'), 'utf8'))
    const { code, stdout } = await run(['check-config', '--config', file], {
      COMETCHAT_API_KEY: 'a',
      COMETCHAT_WEBHOOK_TOKEN: 'a-token-of-twenty-four-letters',
      COMETCHAT_WEBHOOK_PASSWORD: 'c',
      CHATWOOT_TOKEN: 'b',
      CHATWOOT_WEBHOOK_TOKEN: 'a-token-of-twenty-four-letters',
      CHATWOOT_WEBHOOK_SECRET: 'd',
      BIRD_WEBHOOK_TOKEN: 'a-token-of-twenty-four-letters',
      BIRD_WEBHOOK_URL: 'https://gateway.example.com/webhooks/sales/a-token-of-twenty-four-letters',
      BIRD_SIGNING_KEY: 'e',
    })
    expect(code).toBe(0)
    expect(stdout).toContain('community: cometchat')
    expect(stdout).toContain('support: chatwoot')
    expect(stdout).toContain('sales: bird')
  })
})

describe('serving a configuration', () => {
  it('starts with a provider that is down, says so in its answers, and ends with 0 on SIGTERM', async () => {
    const gateway = start(['--config', writeConfig(DOWN)], { TOKEN: CANARY })
    const endpoint = await gateway.ready()
    expect(gateway.stdout).toBe(`ready ${endpoint}\n`)
    const answer = await ask(endpoint, '{ conversations { nodes { id } sources { state code } } }')
    expect(answer).toMatchObject({ data: { conversations: { nodes: [], sources: [{ state: 'UNAVAILABLE' }] } } })
    gateway.signal('SIGTERM')
    expect(await gateway.exitCode()).toBe(0)
    expect(gateway.stdout + gateway.stderr).not.toContain(CANARY)
  })

  it('logs a request in one line of JSON to stderr, without its query', async () => {
    const gateway = start(['--config', writeConfig(DOWN)], { TOKEN: CANARY })
    await fetch(`${await gateway.ready()}?query={__typename}`)
    await vi.waitFor(() => expect(gateway.stderr).toContain('"request"}\n'))
    const [, line = ''] = gateway.stderr.split('\n')
    expect(JSON.parse(line)).toMatchObject({ method: 'GET', route: '/graphql', status: 200, msg: 'request' })
    expect(gateway.stderr).not.toContain('__typename')
  })

  it('says in its log that nobody signs in, where the configuration asks for no proof', async () => {
    const gateway = start(['--config', writeConfig(DOWN)], { TOKEN: CANARY })
    await gateway.ready()
    await vi.waitFor(() => expect(gateway.stderr).toContain('\n'))
    const [line = ''] = gateway.stderr.split('\n')
    expect(JSON.parse(line)).toMatchObject({
      msg: 'nobody signs in: all callers are this viewer',
      viewer: { displayName: 'Gateway', kind: 'agent' },
    })
  })

  it('ends with 78 where the configuration asks for no proof on an address that others reach', async () => {
    const gateway = await run(['--config', writeConfig(`host: 0.0.0.0\n${DOWN}`)], { TOKEN: CANARY })
    expect(gateway.code).toBe(78)
    expect(gateway.stderr).toContain('host: everybody who reaches this address would read everything')
  })

  it('ends with 78 where the configuration is broken', async () => {
    expect(await run(['--config', join(folder, 'nowhere.yaml')])).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('there is no such file'),
    })
  })

  it('ends with 1 and a clear word where the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await run(['--config', writeConfig(DOWN.replace('port: 0', `port: ${port}`))], {
      TOKEN: 'a',
    })
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(`Port ${port} is already in use. Choose another: set PORT, or port: in the configuration.\n`)
  })

  it('ends with 1 and a clear word where the store cannot be opened', async () => {
    const file = writeConfig(DOWN.replace(/store: .*/, `store: ${join(folder, 'no', 'such', 'folder.sqlite')}`))
    const { code, stderr } = await run(['--config', file], { TOKEN: 'a' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The store \S+folder\.sqlite cannot be opened: .*\n$/)
  })

  it('logs what nobody foresaw and ends with 1', async () => {
    const bomb = `data:text/javascript,${encodeURIComponent("process.on('SIGUSR2', () => { throw new Error('boom') })")}`
    const gateway = start(['--config', writeConfig(DOWN)], { TOKEN: CANARY, NODE_OPTIONS: `--import ${bomb}` })
    await gateway.ready()
    gateway.signal('SIGUSR2')
    expect(await gateway.exitCode()).toBe(1)
    expect(gateway.stderr).toContain('boom')
  })
})

describe('tail', () => {
  it('listens where the gateway is by default, unless told otherwise', () => {
    const tail = { verb: 'tail', url: 'http://127.0.0.1:4000/graphql', token: null }
    expect(parseCommandLine(['tail'], {})).toEqual(tail)
    const url = 'https://gateway.example.com/graphql'
    expect(parseCommandLine(['tail', '--url', url], {})).toEqual({ ...tail, url })
    expect(parseCommandLine(['tail'], { GATEWAY_TOKEN: 'shown' })).toEqual({ ...tail, token: 'shown' })
  })

  it('prints the stream of a running gateway and ends with 0 on SIGINT', async () => {
    const gateway = start(['--config', writeConfig(DOWN)], { TOKEN: CANARY })
    const tail = start(['tail', '--url', await gateway.ready()])
    await vi.waitFor(() => expect(tail.stdout).toContain('\n'), { timeout: 15_000 })
    expect(JSON.parse(tail.stdout.split('\n', 1)[0] ?? '')).toMatchObject({ __typename: 'StreamReady' })
    tail.signal('SIGINT')
    expect(await tail.exitCode()).toBe(0)
  })
})

describe('replay', () => {
  it('has a running gateway take in, once, what it could not take in before', async () => {
    const path = join(folder, 'replay.sqlite')
    const file = writeConfig(DOWN.replace(/store: .*/, `store: ${path}`))
    const gateway = start(['--config', file], { TOKEN: 'a' })
    await gateway.ready()
    const database = new DatabaseSync(path)
    const log = createSqliteLog(database)
    const poisoned = async () => {
      throw new TypeError('nobody thought of that')
    }
    const conversation = { kind: 'conversation', account: 'gone', native: '7' } as const
    for (const id of ['1', '2']) {
      const ref = { kind: 'message', conversation, native: id } as const
      const saved = { ...say.saved(message(id, { ref })), conversation }
      const received = { deliveryId: id, events: [saved], nudges: [] }
      await new Spool({ database, takeIn: poisoned }).takeInNow('gone', received, 'webhook')
    }
    expect(new SpoolTable(database).deadLetters('gone')).toHaveLength(2)

    const replay = await run(['replay', '--account', 'gone'], { TOKEN: 'a', GATEWAY_CONFIG: file })
    expect(replay.code).toBe(0)
    expect(replay.stdout).toMatch(
      /^( {2}\S+Z {2}TypeError: nobody thought of that\n){2}2 deliveries are tried again\n$/,
    )
    await vi.waitFor(
      async () => {
        const { entries } = await log.read('gone', '', 10)
        expect(entries.map(({ event }) => event.id)).toEqual(['msg:7:1:added', 'msg:7:2:added'])
        expect(new SpoolTable(database).depth).toBe(0)
      },
      { timeout: 15_000, interval: 50 },
    )
    const again = await run(['replay', '--account', 'gone'], { TOKEN: 'a', GATEWAY_CONFIG: file })
    expect(again).toMatchObject({ code: 0, stdout: '0 deliveries are tried again\n' })
    await log.close()
    database.close()
  })

  it('puts what could not be looked into back among what waits, and says why that was', async () => {
    const path = join(folder, 'replay-nudge.sqlite')
    const database = new DatabaseSync(path)
    const log = createSqliteLog(database)
    const nudges = [{ type: 'locate', payload: 'somewhere' }] as const
    await log.commit('gone', { deliveryId: null, remember: [], append: [], nudges })
    const [nudge] = await log.takeNudges('gone', 1)
    await log.failNudges('gone', [nudge!.id], 'nobody knows', 1)
    const file = writeConfig(DOWN.replace(/store: .*/, `store: ${path}`))
    const replay = await run(['replay', '--account', 'gone'], { TOKEN: 'a', GATEWAY_CONFIG: file })
    expect(replay.code).toBe(0)
    expect(replay.stdout).toMatch(/^ {2}\S+Z {2}nobody knows\n1 delivery is tried again\n$/)
    expect(await log.takeNudges('gone', 1)).toMatchObject([{ nudge: nudges[0] }])
    await log.close()
    database.close()
  })

  it('ends with 1 and the keys there are where there is no such account', async () => {
    const { code, stderr } = await run(['replay', '--config', writeConfig(DOWN), '--account', 'gnoe'], { TOKEN: 'a' })
    expect([code, stderr]).toEqual([1, 'There is no account gnoe. There are: gone.\n'])
  })
})

describe('the demo', () => {
  it('serves the three providers, tells where, and ends with 0 on SIGINT', async () => {
    const demo = start([], { PORT: '0', DEMO_CHATTER: 'off' })
    const endpoint = await demo.ready()
    expect(demo.stdout).toContain('Nobody signs in here: whoever calls from this machine is Nora Admin.\n')
    expect(demo.stdout).toMatch(/CometChat.*\n.*Chatwoot.*\n.*Bird.*\nready http:\/\/127\.0\.0\.1:\d+\/graphql\n$/)
    const answer = await ask(endpoint, '{ conversations(first: 100) { nodes { provider } sources { state } } }')
    const { nodes } = (answer as { data: { conversations: { nodes: { provider: string }[] } } }).data.conversations
    expect(new Set(nodes.map(({ provider }) => provider))).toEqual(new Set(['COMETCHAT', 'CHATWOOT', 'BIRD']))
    demo.signal('SIGINT')
    expect(await demo.exitCode()).toBe(0)
  })

  it('lets a running operation end on SIGTERM, but not after a second one', async () => {
    const demo = start([], { PORT: '0', DEMO_CHATTER: 'off' })
    const endpoint = await demo.ready()
    const emulator = /CometChat.*(http:\S+)/.exec(demo.stdout)?.[1]
    await fetch(`${emulator}/__control/misbehave`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ how: 'hang', times: 100 }),
    })
    const waiting = ask(endpoint, '{ conversations { nodes { id } } }').catch(() => 'cut off')
    await vi.waitFor(async () => {
      const { requests } = (await (await fetch(`${emulator}/__control/requests`)).json()) as { requests: unknown[] }
      expect(requests.length).toBeGreaterThan(0)
    })
    demo.signal('SIGTERM')
    await vi.waitFor(() => expect(fetch(endpoint)).rejects.toThrow())
    demo.signal('SIGTERM')
    expect(await demo.exitCode()).toBe(1)
    expect(await waiting).toBe('cut off')
  })
})

describe('emulate', () => {
  it.each(['cometchat', 'chatwoot', 'bird'])('runs %s alone and says its settings', async (vendor) => {
    const emulator = start(['emulate', vendor, '--port', '0', '--seed', '7'])
    const url = await emulator.ready()
    const settings = JSON.parse(/^settings (.*)$/m.exec(emulator.stdout)?.[1] ?? '')
    expect(settings.baseUrl).toContain(url)
    const state = (await (await fetch(`${url}/__control/state`)).json()) as { conversations: unknown[] }
    expect(state.conversations.length).toBeGreaterThanOrEqual(60)
    emulator.signal('SIGTERM')
    expect(await emulator.exitCode()).toBe(0)
  })
})
