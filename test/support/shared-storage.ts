import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe } from 'vitest'
import type { EventLog } from '../../src/events/log.ts'
import { createRedisLog } from '../../src/events/redis-log.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { createRedisUploads } from '../../src/uploads/redis-uploads.ts'
import { createSqliteUploads } from '../../src/uploads/sqlite-uploads.ts'
import type { UploadStore } from '../../src/uploads/upload-store.ts'
import { hasRedis, REDIS_NOTE, startRedis } from './redis.ts'

/** One storage that several instances share; each call opens it for another instance. */
export interface SharedStorage {
  openLog(): Promise<EventLog>
  openUploads(roomBytes?: number): Promise<UploadStore>
}

/** Declares the same tests for instances on one SQLite file and on one Redis. Everything is closed behind them. */
export function describeShared(title: string, declare: (storage: SharedStorage) => void): void {
  describe(`${title} on one SQLite file`, () => declareOver(openFolder, declare))
  describe.skipIf(!hasRedis)(`${title} on one Redis${REDIS_NOTE}`, () => declareOver(openRedis, declare))
}

type Open = (ending: AsyncDisposableStack) => Promise<SharedStorage>

function declareOver(open: Open, declare: (storage: SharedStorage) => void): void {
  const ending = new AsyncDisposableStack()
  let storage: SharedStorage | null = null
  beforeAll(async () => {
    storage = await open(ending)
  })
  afterAll(() => ending.disposeAsync())
  declare({ openLog: () => storage!.openLog(), openUploads: (roomBytes) => storage!.openUploads(roomBytes) })
}

const openFolder: Open = async (ending) => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-shared-'))
  ending.defer(() => rmSync(folder, { recursive: true }))
  const openDatabase = () => {
    const database = new DatabaseSync(join(folder, 'shared.sqlite'))
    ending.defer(() => database.close())
    database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 2000')
    return database
  }
  return {
    openLog: async () => closedWith(ending, createSqliteLog(openDatabase())),
    openUploads: async (roomBytes) => closedWith(ending, createSqliteUploads(openDatabase(), roomBytes)),
  }
}

const openRedis: Open = async (ending) => {
  const redis = await startRedis()
  ending.defer(() => redis.close())
  return {
    openLog: async () => closedWith(ending, await createRedisLog(redis.url)),
    openUploads: async (roomBytes) => closedWith(ending, await createRedisUploads(redis.url, roomBytes)),
  }
}

function closedWith<Closable extends { close(): void | Promise<void> }>(
  ending: AsyncDisposableStack,
  opened: Closable,
): Closable {
  ending.defer(() => opened.close())
  return opened
}
