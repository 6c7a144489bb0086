import { setTimeout as sleep } from 'node:timers/promises'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import { openFlakyLine } from './flaky-line.ts'
import type { GatewayProcess } from './gateway-process.ts'
import { findOpenConversations, type SendVendor, send, startSendWorld, stateOf, type Told } from './send-world.ts'

export interface SendOptions {
  readonly vendor: SendVendor
  readonly sends: number
  readonly perSecond: number
}

export interface SendCounts {
  /** How often the line broke amid a request, and amid an answer. */
  readonly cuts: { readonly requests: number; readonly answers: number }
  /** Messages that the provider has more than once. */
  readonly duplicates: number
  /** Messages that the provider does not have. */
  readonly losses: number
  /** How long clients waited until they knew that it was sent, from their first attempt; in order. */
  readonly knownAfterMs: readonly number[]
  /** What clients were told before that, and how often. */
  readonly toldBefore: Readonly<Record<string, number>>
  readonly replayed: number
}

const GIVE_UP_MS = 60_000
/** Of a client that was not told for how long to wait. */
const PAUSE_MS = 200

/**
 * Messages at a steady pace over two instances on one Redis. The line to the provider breaks at a random byte of the request or
 * of the answer the first time that each of them is sent. Every second client gives up on its first instance before that has
 * answered, and asks the other one. Everything is started for the round and ends with it.
 */
export async function runSendRound(options: SendOptions): Promise<SendCounts> {
  await using ending = new AsyncDisposableStack()
  const openLine = (url: string) => openFlakyLine(url, nameOf)
  const { emulator, line, gateways } = await startSendWorld(options.vendor, ending, openLine)
  const conversations = await findOpenConversations(gateways[0]!)
  const clients: Promise<Known>[] = []
  const startedAt = performance.now()
  for (let index = 0; index < options.sends; index += 1) {
    await sleep(Math.max(0, startedAt + (index / options.perSecond) * 1000 - performance.now()))
    clients.push(sendUntilKnown(gateways, conversations[index % conversations.length]!, index))
  }
  const known = await Promise.all(clients)
  const { duplicates, losses } = count(await stateOf(emulator), options.sends)
  const toldBefore = Object.groupBy(
    known.flatMap(({ toldBefore: told }) => told),
    (told) => told,
  )
  return {
    cuts: { ...line.cuts },
    duplicates,
    losses,
    knownAfterMs: known.map(({ afterMs }) => afterMs).sort((a, b) => a - b),
    toldBefore: Object.fromEntries(Object.entries(toldBefore).map(([told, all = []]) => [told, all.length])),
    replayed: known.filter(({ replayed }) => replayed).length,
  }
}

const textOf = (index: number) => `message number ${String(index).padStart(6, '0')}`

/** Only what sends one of our messages has its text. */
function nameOf(request: string): string | null {
  return request.startsWith('POST ') ? (/message number \d{6}/.exec(request)?.[0] ?? null) : null
}

interface Known {
  readonly afterMs: number
  readonly replayed: boolean
  readonly toldBefore: readonly string[]
}

/** A client that sends with the same key, in turn to each instance, until it is told that the message was sent. */
async function sendUntilKnown(
  gateways: readonly GatewayProcess[],
  conversationId: string,
  index: number,
): Promise<Known> {
  const startedAt = performance.now()
  const input = { conversationId, clientMessageId: `key-${index}`, text: textOf(index) }
  const toldBefore: string[] = []
  for (let attempt = 0; performance.now() - startedAt < GIVE_UP_MS; attempt += 1) {
    const isImpatient = attempt === 0 && index % 4 < 2
    const told = await sendOnce(
      gateways[(index + attempt) % 2]!,
      input,
      isImpatient ? Math.floor(Math.random() * 500) : null,
    )
    const afterMs = performance.now() - startedAt
    if (told?.__typename === 'SendMessageSuccess') return { afterMs, replayed: told.replayed === true, toldBefore }
    toldBefore.push(told?.code ?? 'gave up')
    await sleep(Math.min(told?.checkAfterMs ?? PAUSE_MS, 1_000))
  }
  throw new Error(`it is not known what became of ${input.text}: ${toldBefore}`)
}

/** Null: the client gave up before it was answered. */
async function sendOnce(gateway: GatewayProcess, input: object, patienceMs: number | null): Promise<Told | null> {
  if (patienceMs === null) return send(gateway, input)
  try {
    return await send(gateway, input, AbortSignal.timeout(patienceMs))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') return null
    throw error
  }
}

function count({ conversations }: EmulatorState, sends: number) {
  const texts = conversations.flatMap(({ messages }) => messages.map(({ text }) => text))
  const times = Array.from({ length: sends }, (_, index) => texts.filter((text) => text === textOf(index)).length)
  return {
    losses: times.filter((time) => time === 0).length,
    duplicates: times.reduce((sum, time) => sum + Math.max(time - 1, 0), 0),
  }
}
