import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { FrameListener, type FrameListenerOptions, FrameRecord } from '../support/frame-listener.ts'
import type { GatewayProcess } from '../support/gateway-process.ts'
import { startKillWorld, webhookAddress } from '../support/kill-world.ts'
import { signedWebhook } from '../support/signed-webhook.ts'

/**
 * Subscribers of which some stop reading, while signed webhooks come in, at most so many a second. The gateway runs in
 * production composition with its log on disk, in a process of its own. Fails unless it lives, those who stall are closed with
 * 4411 behind a part of the stream without holes (they read again, and see, when half of the events have passed), and all
 * others get everything, in order and once. Then the same frames go to as many sockets of a server that does nothing but send
 * them: what is compared is the CPU time of a delivery.
 *
 *     node test/bench/stalled-sockets.ts [events] [sockets] [stalled] [events a second]
 */
const EVENTS = Number(process.argv[2] ?? 20_000)
const SOCKETS = Number(process.argv[3] ?? 500)
const STALLED = Number(process.argv[4] ?? 10)
const PER_SECOND = Number(process.argv[5] ?? 200)
/** As many frames as tell what one costs. */
const BROADCAST = Math.min(EVENTS, 4_000)
/** Webhooks on their way. */
const AT_ONCE = 16
/** Nothing comes any more after so long without anything. */
const PATIENCE_MS = 15_000

const SUBSCRIPTION = `subscription { conversationEvents {
  __typename
  ... on StreamItem { cursor emittedAt }
  ... on ConversationEvent { eventId conversationId }
  ... on MessageAdded { messageEdge { node { id text createdAt } } }
} }`
const SUBSCRIBE = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION } })

await using ending = new AsyncDisposableStack()
const { gateways } = await startKillWorld('sqlite', ending)
const gateway = gateways[0] ?? fail('there is no gateway')
const record = await run(gateway)
await broadcast(record.frames.slice(0, BROADCAST))

async function run(gateway: GatewayProcess): Promise<FrameRecord> {
  const record = new FrameRecord((frame) =>
    Date.parse(JSON.parse(frame.toString()).payload.data.conversationEvents.emittedAt),
  )
  const listeners = await listen(SOCKETS, {
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    greetings: ['{"type":"connection_init"}', SUBSCRIBE],
    counts: (frame) => frame.includes('"MessageAdded"'),
    isReady: (frame) => frame.includes('CaughtUp'),
    record,
  })
  const [stalled, brisk] = [listeners.slice(0, STALLED), listeners.slice(STALLED)]
  for (const listener of stalled) listener.stall()
  const measure = await measuring(gateway.pid)
  const sending = send(webhookAddress(gateway))
  // The gateway does not wait for ever for somebody to read why they were closed.
  const closing = untilAllHave(brisk, EVENTS / 2).then(() => closed(stalled))
  await sending
  const acknowledgedAt = performance.now()
  await untilAllHave(brisk, EVENTS)
  const catchUpMs = performance.now() - acknowledgedAt
  const { cpuMs, seconds, peakMb } = measure()
  const codes = await closing
  check(brisk, stalled, { codes, record })
  for (const listener of brisk) listener.close()

  const deliveries = brisk.length * EVENTS
  console.log(`${EVENTS} events to ${brisk.length} subscribers beside ${stalled.length} who do not read`)
  console.log(
    `the stalled got ${stalled.map(({ received }) => received).join(', ')} events, then ${[...new Set(codes)].join(', ')}`,
  )
  console.log(
    `${Math.round(deliveries / seconds)} deliveries/s; caught up ${Math.round(catchUpMs)} ms after the last answer`,
  )
  console.log(
    `delivery: p50 ${percentile(record, 0.5)} ms, p99 ${percentile(record, 0.99)} ms; RSS at most ${peakMb} MB`,
  )
  console.log(`gateway: ${((cpuMs * 1000) / deliveries).toFixed(2)} µs CPU a delivery, taking the events in included`)
  return record
}

async function broadcast(frames: readonly Buffer[]): Promise<void> {
  const count = SOCKETS - STALLED
  const child = start('test/bench/broadcast.ts', count, PER_SECOND)
  ending.defer(() => void child.kill())
  child.stdin.end(frames.map((frame) => `${frame}\n`).join(''))
  const [url] = await once(createInterface({ input: child.stdout }), 'line')
  const record = new FrameRecord(() => Date.now())
  const counts = (frame: Buffer) => frame.includes('"MessageAdded"')
  const measure = await measuring(child.pid ?? 0)
  const listeners = await listen(count, { url, greetings: ['go'], counts, isReady: (frame) => !counts(frame), record })
  await untilAllHave(listeners, frames.length)
  const { cpuMs } = measure()
  for (const listener of listeners) listener.close()
  console.log(`mere sending: ${((cpuMs * 1000) / (count * frames.length)).toFixed(2)} µs CPU a delivery`)
}

async function listen(count: number, options: FrameListenerOptions): Promise<readonly FrameListener[]> {
  const listeners = Array.from({ length: count }, () => new FrameListener(options))
  await Promise.all(listeners.map(({ ready }) => ready))
  return listeners
}

/** Has them read again, and answers the codes that they were closed with. */
async function closed(listeners: readonly FrameListener[]): Promise<readonly number[]> {
  for (const listener of listeners) listener.goOn()
  const closings = await Promise.all(listeners.map(({ closed }) => closed))
  return closings.map(({ code }) => code)
}

/** Settles when all were acknowledged. Some are on their way at once, and no more: what is asked here is not how many it bears. */
async function send(address: string): Promise<void> {
  const { origin, pathname: path } = new URL(address)
  const pool = new Pool(origin, { connections: AT_ONCE })
  ending.defer(() => pool.destroy())
  const startedAt = performance.now()
  let next = 0
  const sendOn = async () => {
    for (let index = next++; index < EVENTS; index = next++) {
      await sleep(Math.max(0, startedAt + (index * 1_000) / PER_SECOND - performance.now()))
      const { statusCode, body } = await pool.request({ method: 'POST', path, ...signedWebhook(index) })
      await body.dump()
      if (statusCode !== 200) fail(`a webhook was answered with ${statusCode}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendOn))
}

async function untilAllHave(listeners: readonly FrameListener[], count: number): Promise<void> {
  let before = -1
  let lastProgressAt = performance.now()
  for (let sum = 0; sum < listeners.length * count; await sleep(20)) {
    sum = listeners.reduce((total, { received }) => total + received, 0)
    if (sum !== before) lastProgressAt = performance.now()
    else if (performance.now() - lastProgressAt > PATIENCE_MS)
      fail(`${listeners.length * count - sum} deliveries are missing`)
    before = sum
  }
}

function check(
  brisk: readonly FrameListener[],
  stalled: readonly FrameListener[],
  { codes, record }: { codes: readonly number[]; record: FrameRecord },
): void {
  const ids = record.frames.map((frame) => JSON.parse(frame.toString()).payload.data.conversationEvents.eventId)
  if (new Set(ids).size !== EVENTS || ids.length !== EVENTS)
    fail(`${new Set(ids).size} different events in ${ids.length}`)
  if (brisk.some(({ received, wrong }) => received !== EVENTS || wrong > 0))
    fail('somebody who reads did not get the same')
  if (stalled.some(({ received, wrong }) => received >= EVENTS || wrong > 0))
    fail('somebody who stalled got the wrong events')
  if (codes.some((code) => code !== 4411)) fail(`somebody who stalled was closed with ${codes.join(', ')}`)
}

interface Measured {
  readonly cpuMs: number
  readonly seconds: number
  /** The most memory held, in MB. */
  readonly peakMb: number
}

/** Answers how to end it. */
async function measuring(pid: number): Promise<() => Measured> {
  const [cpuBefore, startedAt] = [cpuMsOf(pid), performance.now()]
  return () => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const peakKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])
    const seconds = (performance.now() - startedAt) / 1000
    return { cpuMs: cpuMsOf(pid) - cpuBefore, seconds, peakMb: Math.round(peakKb / 1024) }
  }
}

/** User and system time of a process so far, from the kernel's clock ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function percentile({ delays }: FrameRecord, part: number): number {
  const total = delays.reduce((sum, count) => sum + count, 0)
  let seen = 0
  return delays.findIndex((count = 0) => {
    seen += count
    return seen >= part * total
  })
}

function start(script: string, ...args: readonly (string | number)[]) {
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  return spawn(process.execPath, [script, ...args.map(String)], { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
}

function fail(reason: string): never {
  throw new Error(reason)
}
