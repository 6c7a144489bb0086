import { SocketReader } from '../kit/web-socket.ts'
import { Wire } from '../kit/wire.ts'
import { ProviderError } from '../port/index.ts'

/** The protocol's clients take a connection for dead that brings no ping, sent every 3 seconds, in this time. */
const SILENCE_MS = 6_000
/** Whom Chatwoot does not know it does not answer at all. */
const CONFIRMED_WITHIN_MS = 5_000
/** Twice the longest message, with all that stands around it. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024

/** Who listens, as `GET profile` says. */
export interface RoomKey {
  readonly pubsubToken: string
  readonly accountId: number
  readonly userId: number
}

/** `subscribed` comes once and first: nothing that happens from then on is missed. */
export type RoomItem = { readonly type: 'subscribed' } | { readonly type: 'message'; readonly message: unknown }

/**
 * One connection to Chatwoot's ActionCable: what is told in a person's room, until the connection ends. Throws `UNAUTHENTICATED`
 * where the key is met with silence, `TIMEOUT` without pings, and `UNAVAILABLE` when it is closed. Listening shows the person
 * as online for 20 seconds.
 */
export async function* readRoom(
  baseUrl: string,
  { pubsubToken, accountId, userId }: RoomKey,
  signal: AbortSignal,
): AsyncGenerator<RoomItem> {
  const identifier = JSON.stringify({
    channel: 'RoomChannel',
    pubsub_token: pubsubToken,
    account_id: accountId,
    user_id: userId,
  })
  const socket = openCable(baseUrl)
  const refusal = setTimeout(
    () => socket.fail('UNAUTHENTICATED', 'the subscription was not confirmed'),
    CONFIRMED_WITHIN_MS,
  )
  try {
    for await (const text of socket.messages(signal)) {
      const frame = Wire.object(parseFrame(text), 'frame')
      const type = frame.optionalText('type')
      if (type === 'welcome') socket.send(JSON.stringify({ command: 'subscribe', identifier }))
      else if (type === 'disconnect') socket.fail('UNAVAILABLE', 'the server ends the connection')
      else if (type === 'confirm_subscription') {
        clearTimeout(refusal)
        yield { type: 'subscribed' }
      } else if (type === null) yield { type: 'message', message: frame.jsonObject('message') }
    }
  } finally {
    clearTimeout(refusal)
  }
}

function openCable(baseUrl: string): SocketReader {
  return new SocketReader({
    name: 'socket of chatwoot',
    url: `${baseUrl.replace(/^http/, 'ws').replace(/\/$/, '')}/cable`,
    protocol: 'actioncable-v1-json',
    silenceMs: SILENCE_MS,
    maxMessageBytes: MAX_FRAME_BYTES,
  })
}

function parseFrame(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ProviderError('MALFORMED', 'socket of chatwoot: a frame is not JSON')
  }
}
