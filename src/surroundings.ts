import type { Config } from './config.ts'
import { type CommonStore, openCommonStore } from './events/open-log.ts'
import { Readiness } from './http/health.ts'
import type { Logger } from './ops/logger.ts'
import { Metrics } from './ops/metrics.ts'
import { openStore, type Store } from './store.ts'

/** What everything else is opened with. */
export interface Surroundings {
  /** Of this instance alone. */
  readonly store: Store
  readonly common: CommonStore
  readonly readiness: Readiness
  readonly metrics: Metrics
  readonly log: Logger
  /** Aborted when the gateway ends: work in the background stops. */
  readonly stopping: AbortController
}

/** Whatever is opened is closed with the stack. Throws `StoreUnavailable` and `LogUnavailable`. */
export async function openSurroundings(
  config: Config,
  log: Logger,
  opening: AsyncDisposableStack,
): Promise<Surroundings> {
  const store = openStore(config.store)
  opening.defer(() => store.close())
  const common = await openCommonStore(config, store)
  opening.defer(() => common.log.close())
  const metrics = new Metrics()
  return { store, common, readiness: new Readiness(), metrics, log, stopping: new AbortController() }
}
