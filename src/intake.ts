import type { Received } from '../providers/port/index.ts'
import type { GatewayAccount } from '../schema/context.ts'
import type { AccountConfig, Config } from './config.ts'
import { ActivityIndexedProvider } from './events/activity-index.ts'
import type { Feed } from './events/feed.ts'
import { IndexFeeder } from './events/index-feeder.ts'
import { createIngest } from './events/ingest.ts'
import type { EventOrigin } from './events/logged-event.ts'
import { Sockets } from './events/sockets.ts'
import { Spool, type TakeIn } from './events/spool.ts'
import type { Surroundings } from './gateway.ts'
import { createCall } from './operation.ts'

export interface IntakeOptions extends Surroundings {
  readonly config: Config
  /** In the order of the configuration. */
  readonly accounts: readonly GatewayAccount[]
  readonly feed: Feed
}

/** The way of events into the gateway: from inlets through the guard into the log, and what follows from them. */
export class Intake {
  readonly #options: IntakeOptions
  readonly #ingest: ReturnType<typeof createIngest>
  /** Null: the log is in this instance's own store, and what cannot be written there could not be spooled there either. */
  readonly #spool: Spool | null
  readonly #feeders: readonly IndexFeeder[]
  #sockets: Sockets | null = null

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#ingest = createIngest(options.common.log)
    this.#spool = options.config.redis === null ? null : this.#openSpool()
    this.#feeders = options.accounts.flatMap((account) => this.#openFeeder(account))
  }

  /** Stores what an inlet received: durable when it resolves. Throws `LogUnavailable` where it cannot be stored now. */
  async takeIn(account: string, received: Received, origin: EventOrigin): Promise<void> {
    const isOnceOnly = origin === 'socket' || !this.#configOf(account).retriesWebhooks
    if (isOnceOnly && this.#spool !== null) await this.#spool.takeIn(account, received, origin)
    else await this.#store(account, received, origin)
  }

  /** Opens the sockets of the accounts that have one. */
  listen(): void {
    const { accounts, log } = this.#options
    this.#sockets = new Sockets({
      inlets: accounts.flatMap(({ key, provider: { inlet } }) => (inlet === null ? [] : [{ account: key, inlet }])),
      takeIn: (account, received, origin) => this.takeIn(account, received, origin),
      onGap: (account, error) => log.info({ err: error, account }, 'events may have been missed'),
      onFailure: (account, error) => log.error({ err: error, account }, 'a socket ended'),
    })
  }

  async stopListening(): Promise<void> {
    await this.#sockets?.close()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#feeders, ...(this.#spool === null ? [] : [this.#spool])].map((part) => part.close()))
  }

  readonly #store: TakeIn = async (account, received, origin) => {
    const { typing } = await this.#ingest(account, received, origin)
    for (const event of typing) this.#options.feed.tellTyping(event)
  }

  #openSpool(): Spool {
    const { store, metrics, log } = this.#options
    const spool = new Spool({
      database: store.database,
      takeIn: this.#store,
      onPoison: (account, error) => log.error({ err: error, account }, 'a spooled delivery cannot be taken in'),
    })
    metrics.watch('gateway_spool_depth', 'Deliveries that wait for the log to come back.', () => spool.depth)
    spool.start()
    return spool
  }

  #openFeeder({ key, provider }: GatewayAccount): readonly IndexFeeder[] {
    if (!(provider instanceof ActivityIndexedProvider) || provider.inlet === null) return []
    const { feed, log, stopping } = this.#options
    const feeder = new IndexFeeder({
      account: key,
      provider,
      feed,
      backgroundCall: () => createCall({ kind: 'service' }, stopping.signal, Date.now()),
      onFailure: (error) => log.warn({ err: error, account: key }, 'a conversation that moved could not be read'),
    })
    return [feeder]
  }

  #configOf(account: string): AccountConfig {
    const found = this.#options.config.accounts.find(({ key }) => key === account)
    if (found === undefined) throw new Error(`there is no account ${account}`)
    return found
  }
}
