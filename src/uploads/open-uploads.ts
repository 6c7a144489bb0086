import type { StoreConfig } from '../config/store.ts'
import type { Store } from '../store.ts'
import { createRedisUploads } from './redis-uploads.ts'
import { createSqliteUploads } from './sqlite-uploads.ts'
import type { UploadStore } from './upload-store.ts'

/** Opens the store of uploads where the configuration wants events to be. */
export async function openUploadStore({ redis }: Pick<StoreConfig, 'redis'>, own: Store): Promise<UploadStore> {
  return redis === null ? createSqliteUploads(own.database) : createRedisUploads(redis.reveal())
}
