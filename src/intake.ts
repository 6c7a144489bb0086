import type { Actor, DomainEvent, Received } from '../providers/port/index.ts'
import type { GatewayAccount } from '../schema/context.ts'
import type { AccountConfig, Config } from './config.ts'
import { ActivityIndexedProvider } from './events/activity-index.ts'
import type { TakeIn } from './events/attempts.ts'
import type { Feed } from './events/feed.ts'
import { IndexFeeder } from './events/index-feeder.ts'
import { createIngest, type Ingest } from './events/ingest.ts'
import { LogUnavailable } from './events/log.ts'
import type { EventOrigin, LoggedEvent } from './events/logged-event.ts'
import { createNudgeWorker, type NudgeWorker } from './events/nudges.ts'
import { createReconcile, type Reconcile } from './events/reconcile.ts'
import { createReread } from './events/reread.ts'
import { Sockets } from './events/sockets.ts'
import { Spool } from './events/spool.ts'
import { createCall } from './operation.ts'
import type { Surroundings } from './surroundings.ts'

export interface IntakeOptions extends Surroundings {
  readonly config: Config
  /** In the order of the configuration. */
  readonly accounts: readonly GatewayAccount[]
  readonly feed: Feed
}

/** Who may list what is to be looked through: best the account itself, else whoever its credential acts as. */
const LISTERS: readonly Actor[] = [{ kind: 'service' }, { kind: 'agent', person: null, credential: null }]
/** Of what a provider allows. */
const RECONCILING_SHARE = 0.1

/** The way of events into the gateway: from inlets through the guard into the log, and what follows from them. */
export class Intake {
  readonly #options: IntakeOptions
  readonly #ingest: Ingest
  readonly #spool: Spool
  /** Of each account that takes in events, by its key. */
  readonly #nudges: ReadonlyMap<string, NudgeWorker>
  /** Of each of those whose conversations can be listed. */
  readonly #reconciles: ReadonlyMap<string, Reconcile>
  readonly #feeders: readonly IndexFeeder[]
  #sockets: Sockets | null = null

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#ingest = createIngest(options.common.log, { onNudges: (account) => this.#nudges.get(account)?.poke() })
    const listening = options.accounts.filter(({ provider }) => provider.inlet !== null)
    this.#nudges = new Map(listening.map((account) => [account.key, this.#openNudges(account)]))
    this.#feeders = listening.flatMap((account) => this.#openFeeder(account))
    this.#reconciles = new Map(listening.flatMap((account) => this.#openReconcile(account)))
    this.#spool = this.#openSpool()
  }

  /** Stores what an inlet received: durable when it resolves. Throws `LogUnavailable` where it cannot be stored now. */
  async takeIn(account: string, received: Received, origin: EventOrigin): Promise<void> {
    const isOnceOnly = origin === 'socket' || !this.#configOf(account).retriesWebhooks
    // What cannot be written to the log in this instance's own store could not be spooled there either.
    const mayWait = isOnceOnly && this.#options.config.redis !== null
    await (mayWait ? this.#spool.takeIn(account, received, origin) : this.#spool.takeInNow(account, received, origin))
  }

  /**
   * Takes in what an act of ours caused, and answers what of it was news. Never fails, because it was done: while the log is away
   * it is spooled and no news yet, and what cannot be spooled either is left to the provider's own telling.
   */
  async takeInAct(account: string, events: readonly DomainEvent[]): Promise<readonly LoggedEvent[]> {
    if (events.length === 0) return []
    const received = { deliveryId: null, events, nudges: [] }
    try {
      return await this.#storeAct(account, received)
    } catch (error) {
      this.#warn(account, error, 'what an act caused is not told')
      return []
    }
  }

  /** Opens the sockets of the accounts that have one. */
  listen(): void {
    const { accounts, log } = this.#options
    this.#sockets = new Sockets({
      inlets: accounts.flatMap(({ key, provider: { inlet } }) => (inlet === null ? [] : [{ account: key, inlet }])),
      takeIn: (account, received, origin) => this.takeIn(account, received, origin),
      onGap: (account, error) => {
        log.info({ err: error, account }, 'events may have been missed')
        void this.#reconciles.get(account)?.run()
      },
      onFailure: (account, error) => log.error({ err: error, account }, 'a socket ended'),
    })
  }

  async stopListening(): Promise<void> {
    await this.#sockets?.close()
  }

  async close(): Promise<void> {
    await this.#spool.close()
    await Promise.all([...this.#reconciles.values()].map((reconcile) => reconcile.close()))
    await Promise.all([...this.#nudges.values()].map((worker) => worker.stop()))
    await Promise.all(this.#feeders.map((feeder) => feeder.close()))
  }

  async #storeAct(account: string, received: Received): Promise<readonly LoggedEvent[]> {
    try {
      const { events, typing } = await this.#ingest(account, received, 'mutation')
      for (const event of typing) this.#options.feed.tellTyping(event)
      return events
    } catch (error) {
      const mayWait = this.#options.config.redis !== null && error instanceof LogUnavailable
      if (!mayWait) throw error
      await this.#spool?.takeIn(account, received, 'mutation')
      return []
    }
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
      onPoison: (account, error) => log.error({ err: error, account }, 'a delivery was given up on'),
    })
    metrics.watch('gateway_spool_depth', 'Deliveries that wait for the log to come back.', () => spool.depth)
    metrics.watch('gateway_dlq_depth', 'Deliveries that were given up on until replay.', () => spool.dead)
    spool.start()
    return spool
  }

  #openNudges({ key, provider, health }: GatewayAccount): NudgeWorker {
    const { log } = this.#options.common
    return createNudgeWorker({
      account: key,
      provider,
      log,
      ingest: this.#ingest,
      reread: createReread({ account: key, provider, health, log }),
      backgroundCall: (signal) => createCall({ kind: 'service' }, signal, Date.now()),
      onFailure: (account, error) => this.#warn(account, error, 'what moved could not be looked into'),
    })
  }

  #openReconcile({ key, provider, health }: GatewayAccount): readonly (readonly [string, Reconcile])[] {
    const { feed, common } = this.#options
    const actor = LISTERS.find((one) => provider.capabilities(one, null).LIST_CONVERSATIONS.level !== 'unsupported')
    if (actor === undefined) return []
    const reconcile = createReconcile({
      account: key,
      provider,
      health,
      log: common.log,
      ingest: this.#ingest,
      reread: createReread({ account: key, provider, health, log: common.log }),
      backgroundCall: (signal) => createCall(actor, signal, Date.now()),
      // The feeders listen too.
      isListening: () => feed.subscribers > this.#feeders.length,
      watched: () => feed.watched(key),
      callsPerMinute: this.#configOf(key).callsPerMinute * RECONCILING_SHARE,
      onFailure: (account, error) => this.#warn(account, error, 'it could not be looked for missed events'),
    })
    health.onChange(() => {
      if (health.last?.error === null) void reconcile.run()
    })
    return [[key, reconcile]]
  }

  #openFeeder({ key, provider }: GatewayAccount): readonly IndexFeeder[] {
    if (!(provider instanceof ActivityIndexedProvider)) return []
    const { feed, stopping } = this.#options
    const feeder = new IndexFeeder({
      account: key,
      provider,
      feed,
      backgroundCall: () => createCall({ kind: 'service' }, stopping.signal, Date.now()),
      onFailure: (error) => this.#warn(key, error, 'a conversation that moved could not be read'),
    })
    return [feeder]
  }

  #warn(account: string, error: unknown, what: string): void {
    this.#options.log.warn({ err: error, account }, what)
  }

  #configOf(account: string): AccountConfig {
    const found = this.#options.config.accounts.find(({ key }) => key === account)
    if (found === undefined) throw new Error(`there is no account ${account}`)
    return found
  }
}
