import { createCallBudget } from '../kit/call-budget.ts'
import { pause, reconnectDelayMs } from '../kit/web-socket.ts'
import { type CallContext, ProviderError, type SocketListener } from '../port/index.ts'
import { type RoomKey, readRoom } from './cable.ts'
import type { ChatwootClient } from './client.ts'
import type { ChatwootSettings } from './config.ts'
import { type FrameReader, toFrameEvents } from './frame-events.ts'
import { MessageScopes } from './message-scopes.ts'
import { numericIdOf } from './refs.ts'

const CALL_DEADLINE_MS = 8_000

/**
 * Listens to what is told to the owner of the account's token: an administrator hears of every inbox. Nothing is told again, so
 * that every time away is a gap.
 */
export class ChatwootSocket {
  readonly #settings: ChatwootSettings
  readonly #client: ChatwootClient
  readonly #account: string

  constructor(account: string, settings: ChatwootSettings, client: ChatwootClient) {
    this.#account = account
    this.#settings = settings
    this.#client = client
  }

  /** Until `signal` aborts, however often the connection breaks. A gap is told when it breaks and when it is there again. */
  async listen(listener: SocketListener, signal: AbortSignal): Promise<void> {
    let failures = 0
    const onSubscribed = () => {
      if (failures > 0) listener.onGap(null)
      failures = 0
    }
    while (!signal.aborted) {
      try {
        await this.#listenOnce(listener, onSubscribed, signal)
      } catch (error) {
        if (signal.aborted) return
        listener.onGap(reasonOf(error))
      }
      await pause(reconnectDelayMs(failures), signal)
      failures += 1
    }
  }

  async #listenOnce(listener: SocketListener, onSubscribed: () => void, signal: AbortSignal): Promise<void> {
    const key = await this.#readKey(signal)
    const reader: FrameReader = {
      account: this.#account,
      accountId: this.#settings.accountId,
      scopes: new MessageScopes(this.#account, (ref) => this.#client.getConversation(numericIdOf(ref), callOf(signal))),
    }
    for await (const item of readRoom(this.#settings.baseUrl, key, signal)) {
      if (item.type === 'subscribed') onSubscribed()
      else await take(item.message, reader, listener)
    }
  }

  /** Anew before every connection: the token changes with the person's password, and an old one is met with silence. */
  async #readKey(signal: AbortSignal): Promise<RoomKey> {
    const profile = await this.#client.getProfile(callOf(signal))
    return {
      pubsubToken: profile.text('pubsub_token'),
      accountId: Number(this.#settings.accountId),
      userId: profile.integer('id'),
    }
  }
}

/** What cannot be read or kept is missed, and the next frame is not. */
async function take(message: unknown, reader: FrameReader, listener: SocketListener): Promise<void> {
  try {
    const events = await toFrameEvents(message, reader)
    if (events.length > 0) await listener.receive({ deliveryId: null, events, nudges: [] })
  } catch (error) {
    listener.onGap(reasonOf(error))
  }
}

function reasonOf(error: unknown): ProviderError | null {
  return error instanceof ProviderError ? error : null
}

function callOf(signal: AbortSignal): CallContext {
  return { actor: { kind: 'service' }, deadline: Date.now() + CALL_DEADLINE_MS, signal, budget: createCallBudget(1) }
}
