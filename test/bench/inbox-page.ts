import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { stringify } from 'yaml'

/**
 * The inbox page (25 rows, last message, featured participants) from the gateway and from a hand-written endpoint, over the
 * same emulators in the same run. Rounds alternate; what counts is the server's own CPU time per page, because emulators and
 * load share the machine's cores with it. Prints medians and the ratio.
 *
 *     node test/bench/inbox-page.ts [rounds] [pages per round]
 */
const ROUNDS = Number(process.argv[2] ?? 9)
const PAGES = Number(process.argv[3] ?? 400)
const CONCURRENCY = 16
const SECRET = /^(apiKey|token|accessKey)$/
const OF_EVENTS = /^(webhook|webhookSecrets)$/

const QUERY = `query Inbox { conversations(first: 25) { edges { node {
  provider externalId title status lastActivityAt
  viewerState { unreadCount }
  lastMessage { text createdAt sender { displayName } }
  featuredParticipants { person { displayName avatarUrl } }
} } sources { state } } }`

interface Server {
  readonly name: string
  readonly url: URL
  readonly body: string
  readonly process: ChildProcess
  readonly pool: Pool
}

interface Round {
  readonly cpuMsPerPage: number
  readonly pagesPerSecond: number
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
const emulators = start('test/bench/emulators.ts')
const settings = JSON.parse(await firstLine(emulators))
const servers = [await startHandWritten(), await startGateway()]
try {
  for (const server of servers) await run(server, PAGES)
  const rounds = new Map<string, Round[]>(servers.map(({ name }) => [name, []]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      rounds.get(server.name)?.push(await run(server, PAGES))
    }
  }
  report(rounds)
} finally {
  for (const server of servers) server.process.kill()
  emulators.kill()
  rmSync(folder, { recursive: true })
}

async function startHandWritten(): Promise<Server> {
  const child = start('test/bench/hand-written-inbox.ts', JSON.stringify(settings))
  const { url } = JSON.parse(await firstLine(child))
  return server('hand-written', url, '{}', child)
}

async function startGateway(): Promise<Server> {
  const file = join(folder, 'gateway.yaml')
  const names = ['cometchat', 'chatwoot', 'bird']
  const accounts = names.map((name) => ({ key: name, provider: name, ...readSettings(settings[name]) }))
  writeFileSync(file, stringify({ port: 0, store: ':memory:', accounts }))
  const child = start('src/main.ts', '--config', file)
  const line = await firstLine(child)
  return server('gateway', line.replace(/^ready /, ''), JSON.stringify({ query: QUERY }), child)
}

/** What reading needs. The gateway takes no secret in clear. */
function readSettings(plain: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(plain).filter(([key]) => !OF_EVENTS.test(key))
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (!SECRET.test(key)) return [key, value]
      const file = join(folder, `${key}-${String(value).slice(0, 4)}`)
      writeFileSync(file, String(value))
      return [key, { file }]
    }),
  )
}

function server(name: string, url: string, body: string, child: ChildProcess): Server {
  const target = new URL(url)
  return { name, url: target, body, process: child, pool: new Pool(target.origin, { connections: CONCURRENCY }) }
}

async function run(target: Server, pages: number): Promise<Round> {
  const cpuBefore = cpuMs(target.process)
  const startedAt = performance.now()
  let left = pages
  const worker = async () => {
    while (left > 0) {
      left -= 1
      await page(target)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  const seconds = (performance.now() - startedAt) / 1000
  return { cpuMsPerPage: (cpuMs(target.process) - cpuBefore) / pages, pagesPerSecond: pages / seconds }
}

async function page({ pool, url, body }: Server): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const answer = await pool.request({ method: 'POST', path: url.pathname, headers, body })
  const text = await answer.body.text()
  if (answer.statusCode !== 200 || !text.includes('"BIRD"') || text.includes('"errors"'))
    throw new Error(text.slice(0, 500))
}

/** User and system time of a process so far, from the kernel's clock ticks of 10 ms. */
function cpuMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function start(file: string, ...args: readonly string[]): ChildProcess {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  return spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the process has no output')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('the process ended without a word')
}

function report(rounds: ReadonlyMap<string, readonly Round[]>): void {
  for (const [name, all] of rounds) {
    const cpu = all.map((round) => round.cpuMsPerPage)
    const speed = all.map((round) => round.pagesPerSecond)
    console.log(`${name}: ${describe(cpu)} ms CPU a page; ${describe(speed)} pages/s at ${CONCURRENCY} at once`)
  }
  const [peer = [], own = []] = [...rounds.values()]
  const ratios = (read: (round: Round) => number) => own.map((round, index) => read(round) / read(peer[index] ?? round))
  console.log(`CPU, gateway to hand-written, pair by pair: ${describe(ratios((round) => round.cpuMsPerPage))}`)
  console.log(`pages/s, gateway to hand-written, pair by pair: ${describe(ratios((round) => round.pagesPerSecond))}`)
}

/** The median, and the least and the most in brackets. */
function describe(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (part: number) => (sorted[Math.round(part * (sorted.length - 1))] ?? 0).toFixed(2)
  return `${at(0.5)} [${at(0)}–${at(1)}]`
}
