import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LogEntry } from '../../src/events/log.ts'
import type { GatewayProcess } from './gateway-process.ts'
import { headOf, type KillWorld, readLog, startKillWorld, type Victim, webhookAddress } from './kill-world.ts'
import { ResumingSubscriber } from './resuming-subscriber.ts'
import { messageNumber, signedWebhook } from './signed-webhook.ts'

export interface KillOptions {
  readonly victim: Victim
  readonly webhooks: number
  readonly perSecond: number
  readonly subscribers: number
  /** How long what was killed stays away, besides the time that it takes to start. */
  readonly awayMs: number
}

export interface KillCounts {
  /** When the victim was killed, counted from the first answer. */
  readonly killedAtMs: number
  /** How many webhooks were answered with 200. */
  readonly acknowledged: number
  /** What became of those that were not acknowledged. */
  readonly refusals: Readonly<Record<string, number>>
  /** Acknowledged, but not in the log. */
  readonly missing: number
  /** More than once in the log. */
  readonly repeated: number
  /** In the log, but not told; of all subscribers. */
  readonly lost: number
  /** Told more than once; of all subscribers. */
  readonly duplicated: number
  /** The reasons of all gaps that were told. */
  readonly gaps: readonly string[]
  /** How many webhooks were sent and answered in a second. */
  readonly sentPerSecond: number
  readonly answeredPerSecond: number
  /** From the kill until the last subscriber had caught up where it went on, or was told anything again. */
  readonly catchUpMs: number | null
  /** From the end of the sending until nothing was spooled any more and everybody had everything. */
  readonly settledMs: number
}

const DEADLINE_MS = 60_000

/** One round: everything is started for it and ends with it. */
export async function runKillRound(options: KillOptions): Promise<KillCounts> {
  await using ending = new AsyncDisposableStack()
  const world = await startKillWorld(options.victim, ending)
  const subscribers = await subscribe(world, options, ending)
  const start = await headOf(world)

  const killing = Promise.withResolvers<Killed>()
  const sent = await send(world, options, () => killing.resolve(killInBetween(world, options, subscribers)))
  if (sent.acknowledged.length === 0) throw new Error('nothing was answered with 200')
  const { killedAtMs, catchUpMs } = await killing.promise

  const settledAt = performance.now()
  await Promise.all(world.gateways.map(untilNothingIsSpooled))
  const entries = await fence(world, options, { subscribers, start })
  const settledMs = performance.now() - settledAt
  const { sentInMs, answeredInMs, refusals } = sent
  return {
    acknowledged: sent.acknowledged.length,
    killedAtMs,
    refusals,
    ...countStored(entries, sent.acknowledged),
    ...countTold(entries, subscribers),
    gaps: subscribers.flatMap(({ gaps }) => gaps),
    sentPerSecond: options.webhooks / (sentInMs / 1000),
    answeredPerSecond: options.webhooks / (answeredInMs / 1000),
    catchUpMs,
    settledMs,
  }
}

/** All of them at the first gateway; they know of the others. */
async function subscribe(
  { gateways }: KillWorld,
  { subscribers: count }: KillOptions,
  ending: AsyncDisposableStack,
): Promise<readonly ResumingSubscriber[]> {
  const urls = gateways.map(({ url }) => url)
  const subscribers = Array.from({ length: count }, () => new ResumingSubscriber(urls))
  ending.defer(async () => void (await Promise.all(subscribers.map((subscriber) => subscriber.close()))))
  const isCaughtUp = await Promise.all(subscribers.map((subscriber) => subscriber.next(isReadyMark, DEADLINE_MS)))
  if (isCaughtUp.includes(null)) throw new Error('nobody could subscribe')
  return subscribers
}

function isReadyMark({ __typename }: { readonly __typename: string }): boolean {
  return __typename === 'CaughtUp'
}

interface Sent {
  readonly acknowledged: readonly number[]
  readonly sentInMs: number
  readonly answeredInMs: number
  readonly refusals: Readonly<Record<string, number>>
}

/** From a process of its own. */
async function send({ gateways }: KillWorld, { webhooks, perSecond }: KillOptions, onFirst: () => void): Promise<Sent> {
  const script = fileURLToPath(new URL('webhook-sender.ts', import.meta.url))
  const words = [script, String(webhooks), String(perSecond), ...gateways.map(webhookAddress)]
  const sender = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(sender, 'exit')
  const acknowledged: number[] = []
  let summary: Omit<Sent, 'acknowledged'> | null = null
  for await (const line of createInterface({ input: sender.stdout })) {
    if (line.startsWith('{')) summary = JSON.parse(line)
    else if (acknowledged.push(Number(line)) === 1) onFirst()
  }
  await gone
  if (summary === null) throw new Error('the sender ended early')
  return { acknowledged, ...summary }
}

interface Killed {
  readonly killedAtMs: number
  readonly catchUpMs: number | null
}

/** Kills what is to be killed, at a random moment while it is sent, and brings it back. */
async function killInBetween(
  { gateways: [holder], redis }: KillWorld,
  { victim, awayMs, webhooks, perSecond }: KillOptions,
  subscribers: readonly ResumingSubscriber[],
): Promise<Killed> {
  const killedAtMs = (0.1 + 0.7 * Math.random()) * (webhooks / perSecond) * 1000
  await sleep(killedAtMs)
  const target = victim === 'redis' ? redis! : holder!
  const killedAt = performance.now()
  const cut = subscribers.map((subscriber) => subscriber.next(isReadyMark, DEADLINE_MS))
  await target.kill()
  await sleep(awayMs)
  await target.start()
  const isEvent = ({ eventId }: { readonly eventId?: string }) => eventId !== undefined
  // Nobody is cut when Redis goes: the same streams go on.
  const resumed = victim === 'redis' ? subscribers.map((subscriber) => subscriber.next(isEvent, DEADLINE_MS)) : cut
  const times = await Promise.all(resumed)
  return { killedAtMs, catchUpMs: times.includes(null) ? null : Math.max(...times.map(Number)) - killedAt }
}

async function untilNothingIsSpooled({ url }: GatewayProcess): Promise<void> {
  for (const deadline = performance.now() + DEADLINE_MS; performance.now() < deadline; await sleep(50)) {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    if (!/^gateway_spool_depth(\{.*\})? [1-9]/m.test(metrics)) return
  }
}

/** One more webhook, behind which nothing that was sent before can come. Answers the log up to there. */
async function fence(
  world: KillWorld,
  { webhooks }: KillOptions,
  { subscribers, start }: { readonly subscribers: readonly ResumingSubscriber[]; readonly start: string },
): Promise<readonly LogEntry[]> {
  const answer = await fetch(webhookAddress(world.gateways[0]!), { method: 'POST', ...signedWebhook(webhooks) })
  if (answer.status !== 200) throw new Error(`the last webhook was answered with ${answer.status}`)
  const last = messageNumber(webhooks)
  for (const deadline = performance.now() + DEADLINE_MS; performance.now() < deadline; await sleep(20)) {
    const entries = await readLog(world, start)
    const end = entries.findIndex(({ event }) => event.type === 'message-added' && event.message.ref.native === last)
    const found = entries[end]
    if (found === undefined) continue
    await Promise.all(subscribers.map((subscriber) => untilTold(subscriber, found.event.id)))
    return entries.slice(0, end + 1)
  }
  throw new Error('the last webhook is not in the log')
}

async function untilTold(subscriber: ResumingSubscriber, id: string): Promise<void> {
  if (!subscriber.told.has(id)) await subscriber.next(({ eventId }) => eventId === id, DEADLINE_MS)
}

function countStored(entries: readonly LogEntry[], acknowledged: readonly number[]) {
  const added = entries.flatMap(({ event }) => (event.type === 'message-added' ? [event.message.ref.native] : []))
  const stored = new Set(added)
  const missing = acknowledged.filter((index) => !stored.has(messageNumber(index))).length
  return { missing, repeated: added.length - stored.size }
}

function countTold(entries: readonly LogEntry[], subscribers: readonly ResumingSubscriber[]) {
  const counts = subscribers.map(({ told }) => ({
    lost: entries.filter(({ event }) => !told.has(event.id)).length,
    duplicated: [...told.values()].filter((times) => times > 1).length,
  }))
  const sum = (read: (one: (typeof counts)[number]) => number) => counts.reduce((total, one) => total + read(one), 0)
  return { lost: sum(({ lost }) => lost), duplicated: sum(({ duplicated }) => duplicated) }
}
