import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from './config.ts'
import { LogUnavailable } from './events/log.ts'
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

/**
 * Whatever is opened is closed with the stack. Waits for Redis where nothing can be answered without it. Throws
 * `StoreUnavailable`, and `LogUnavailable` of the log in this instance's own store.
 */
export async function openSurroundings(
  config: Config,
  log: Logger,
  opening: AsyncDisposableStack,
): Promise<Surroundings> {
  const store = openStore(config.store)
  opening.defer(() => store.close())
  const common = await waitForCommonStore(config, store, log)
  opening.defer(() => common.log.close())
  const metrics = new Metrics()
  return { store, common, readiness: new Readiness(), metrics, log, stopping: new AbortController() }
}

async function waitForCommonStore(config: Config, store: Store, log: Logger): Promise<CommonStore> {
  for (;;) {
    try {
      return await openCommonStore(config, store)
    } catch (error) {
      if (config.redis === null || !(error instanceof LogUnavailable)) throw error
      log.warn({ err: error }, 'waiting for Redis, which this gateway has never met before')
      await sleep(BETWEEN_TRIES_MS)
    }
  }
}

const BETWEEN_TRIES_MS = 1_000
