import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Secret } from '../../providers/kit/secret.ts'
import { isOneOf } from '../../providers/kit/signature.ts'
import { type EventInlet, ProviderError, type Received, type WebhookDelivery } from '../../providers/port/index.ts'
import { LogUnavailable } from '../events/log.ts'
import type { Logger } from '../ops/logger.ts'
import type { Metrics } from '../ops/metrics.ts'
import { answerText } from './answer.ts'
import { readBytes } from './bytes.ts'
import type { Route } from './server.ts'

/** An account as senders of webhooks know it. */
export interface WebhookAccount {
  readonly key: string
  /** The provider's name. */
  readonly provider: string
  /** The last part of its path; null: this account takes no webhooks. */
  readonly token: Secret | null
  readonly inlet: EventInlet | null
}

export interface WebhookOptions {
  readonly accounts: readonly WebhookAccount[]
  /** Stores what was received: durable when it resolves. Throws `LogUnavailable` where it cannot be stored now. */
  readonly ingest: (account: string, received: Received) => Promise<void>
  /** False as soon as the gateway is stopping. */
  readonly isOpen: () => boolean
  readonly metrics: Metrics
  readonly log: Logger
  /** How long a sender may take for a body; five seconds unless told otherwise. */
  readonly readDeadlineMs?: number
}

/** What became of a webhook. */
export type WebhookResult = keyof typeof STATUS

/**
 * `POST /webhooks/{accountKey}/{token}`. The answer is 200 once everything in the webhook is stored, and its body is always
 * `{}`. Whatever is refused gets the same 401, once its body has come: an account that is not there, a wrong token and a wrong
 * signature cannot be told apart. A verified body that makes no sense is logged, counted and answered with 200, because its
 * sender would only repeat it. What cannot be stored now is a 503, for senders that come back.
 */
export function createWebhookRoute(options: WebhookOptions): Route {
  const doors = new Map(options.accounts.flatMap((account) => openDoor(account)))
  return async (request, response) => {
    const startedAt = performance.now()
    const door = findDoor(doors, request.url ?? '')
    const result = await take(request, door, options)
    const seconds = (performance.now() - startedAt) / 1000
    const provider = door?.provider ?? 'unknown'
    options.metrics.countWebhook(provider, result, seconds)
    options.log.info(
      { account: door?.key ?? null, provider, result, durationMs: Math.round(seconds * 1000) },
      'webhook',
    )
    answer(response, result)
  }
}

const STATUS = {
  accepted: 200,
  malformed: 200,
  refused: 401,
  'wrong-method': 405,
  'too-slow': 408,
  'too-large': 413,
  unavailable: 503,
} as const

const MAX_BODY_BYTES = 1024 * 1024
const READ_DEADLINE_MS = 5_000
const RETRY_AFTER_SECONDS = 5

/** An account whose webhooks are let in. */
interface Door {
  readonly key: string
  readonly provider: string
  readonly token: Secret
  readonly inlet: EventInlet
}

function openDoor({ key, provider, token, inlet }: WebhookAccount): readonly (readonly [string, Door])[] {
  return token === null || inlet === null ? [] : [[key, { key, provider, token, inlet }]]
}

function findDoor(doors: ReadonlyMap<string, Door>, url: string): Door | null {
  const [, , key = '', token = '', ...rest] = url.split('?', 1)[0]?.split('/') ?? []
  const door = doors.get(key)
  const isMeant = isOneOf(token, [door?.token.reveal() ?? DECOY])
  return door !== undefined && isMeant && rest.length === 0 ? door : null
}

/** Nobody's token: to look for an account that is not there takes as long as for one that is. */
const DECOY = randomBytes(32).toString('hex')

async function take(request: IncomingMessage, door: Door | null, options: WebhookOptions): Promise<WebhookResult> {
  if (request.method !== 'POST') return 'wrong-method'
  if (!options.isOpen()) return 'unavailable'
  const receivedAt = new Date()
  const deadlineMs = options.readDeadlineMs ?? READ_DEADLINE_MS
  const body = await readBytes(request, { maxBytes: MAX_BODY_BYTES, deadlineMs, keep: door !== null })
  if (typeof body === 'string') return body
  if (door === null) return 'refused'
  return takeIn({ method: request.method, headers: headersOf(request), body, receivedAt }, door, options)
}

async function takeIn(delivery: WebhookDelivery, door: Door, options: WebhookOptions): Promise<WebhookResult> {
  const received = receive(delivery, door, options.log)
  if (typeof received === 'string') return received
  try {
    await options.ingest(door.key, received)
    return 'accepted'
  } catch (error) {
    if (error instanceof LogUnavailable) return 'unavailable'
    throw error
  }
}

function receive(delivery: WebhookDelivery, { key, inlet }: Door, log: Logger): Received | 'refused' | 'malformed' {
  try {
    return inlet.receive(delivery)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.code === 'UNAUTHENTICATED') return 'refused'
    log.warn({ account: key, reason: error.message }, 'a verified webhook makes no sense')
    return 'malformed'
  }
}

function headersOf({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]))
}

function answer(response: ServerResponse, result: WebhookResult): void {
  if (result === 'wrong-method') response.setHeader('allow', 'POST')
  if (result === 'unavailable') response.setHeader('retry-after', RETRY_AFTER_SECONDS)
  // What is left of the body would be taken for the next request.
  if (result === 'too-large' || result === 'too-slow') response.setHeader('connection', 'close')
  answerText(response, STATUS[result], '{}', 'application/json')
}
