import type { StoreConfig } from '../config/store.ts'
import type { Store } from '../store.ts'
import type { EventLog } from './log.ts'
import { LogUnavailable } from './log.ts'
import { openRedisConnection } from './redis-connection.ts'
import { createRedisLog, START_MS } from './redis-log.ts'
import { readBytes } from './redis-reply.ts'
import { createSqliteLog } from './sqlite-log.ts'

/** What must be the same on every instance of a gateway. */
export interface CommonStore {
  readonly log: EventLog
  /** Seals cursors. 32 bytes. */
  readonly cursorKey: Uint8Array
}

/**
 * Opens the log where the configuration wants it: in Redis, or in this instance's own store. A Redis that is away may be so for
 * now, but not the first time: then nobody here knows what seals cursors, and `LogUnavailable` is thrown.
 */
export async function openCommonStore({ redis }: Pick<StoreConfig, 'redis'>, own: Store): Promise<CommonStore> {
  if (redis === null) return { log: createSqliteLog(own.database), cursorKey: own.cursorKey }
  const url = redis.reveal()
  const cursorKey = await agreeOnCursorKey(url, own)
  return { log: await createRedisLog(url), cursorKey }
}

const CURSOR_KEY = 'conversation-gateway:cursor-key'

/** The key of whichever instance came first, which is kept here for a start without Redis. */
async function agreeOnCursorKey(url: string, own: Store): Promise<Uint8Array> {
  const known = own.agreedCursorKey()
  try {
    const agreed = await readOrMakeCursorKey(url, known ?? own.cursorKey)
    own.keepAgreedCursorKey(agreed)
    return agreed
  } catch (error) {
    if (known !== null && error instanceof LogUnavailable) return known
    throw error
  }
}

async function readOrMakeCursorKey(url: string, mine: Uint8Array): Promise<Uint8Array> {
  const connection = await openRedisConnection({ url, waitMs: START_MS })
  try {
    await connection.call(['SET', CURSOR_KEY, Buffer.from(mine), 'NX'])
    return readBytes(await connection.call(['GET', CURSOR_KEY]))
  } finally {
    await connection.close()
  }
}
