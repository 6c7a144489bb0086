import type { EventInlet, ProviderError } from '../../providers/port/index.ts'
import type { TakeIn } from './attempts.ts'

export interface SocketsOptions {
  readonly inlets: readonly { readonly account: string; readonly inlet: EventInlet }[]
  readonly takeIn: TakeIn
  /** Something may have been missed. */
  readonly onGap: (account: string, error: ProviderError | null) => void
  /** A socket ended that should not have. */
  readonly onFailure: (account: string, error: unknown) => void
}

/** The second inlets of all accounts that have one, open until `close`. */
export class Sockets {
  readonly #ending = new AbortController()
  readonly #open: readonly Promise<void>[]

  constructor({ inlets, takeIn, onGap, onFailure }: SocketsOptions) {
    this.#open = inlets.map(async ({ account, inlet }) => {
      const receive = (received: Parameters<TakeIn>[1]) => takeIn(account, received, 'socket')
      const listener = { receive, onGap: (error: ProviderError | null) => onGap(account, error) }
      try {
        await inlet.connect(listener, this.#ending.signal)
      } catch (error) {
        onFailure(account, error)
      }
    })
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await Promise.all(this.#open)
  }
}
