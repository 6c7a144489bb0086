import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import type { EventLog, LogEntry } from '../../src/events/log.ts'
import { createRedisLog } from '../../src/events/redis-log.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts'
import { type PrivateRedis, startRedis } from './redis.ts'
import { HOOK_SECRET } from './signed-webhook.ts'

/** What is killed: one of two instances on a Redis, their Redis, or the only instance, whose log is a SQLite file. */
export type Victim = 'instance' | 'redis' | 'sqlite'

/** The only account. */
const ACCOUNT = 'desk'
const TOKEN = 'the-last-part-of-the-address'

/** What a round takes place in. */
export interface KillWorld {
  readonly gateways: readonly GatewayProcess[]
  readonly redis: PrivateRedis | null
  /** The log of the gateways, read beside them. */
  readonly log: EventLog
}

/** Ends with the stack. */
export async function startKillWorld(victim: Victim, ending: AsyncDisposableStack): Promise<KillWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'kill-'))
  ending.defer(() => rmSync(folder, { recursive: true }))
  const emulator = await startChatwootEmulator({ port: 0 })
  ending.defer(() => emulator.close())
  const redis = victim === 'sqlite' ? null : await startRedis()
  ending.defer(() => redis?.close())
  const { baseUrl, accountId, token } = emulator.settings as Record<string, unknown>
  const own = { baseUrl, accountId, token, webhookSecrets: [HOOK_SECRET], socket: false }
  const account = { key: ACCOUNT, provider: 'chatwoot', ...own, webhookToken: TOKEN }
  const gateways: GatewayProcess[] = []
  for (const name of redis === null ? ['only'] : ['one', 'two']) {
    const file = join(folder, `${name}.sqlite`)
    const gateway = await startGatewayProcess({ redis: redis?.url ?? null, file, account })
    ending.defer(() => gateway.close())
    gateways.push(gateway)
  }
  const log = redis === null ? openFile(join(folder, 'only.sqlite'), ending) : await createRedisLog(redis.url)
  ending.defer(() => log.close())
  return { gateways, redis, log }
}

export function webhookAddress({ url }: GatewayProcess): string {
  return `${url}/webhooks/${ACCOUNT}/${TOKEN}`
}

/** Where the log ends now. */
export function headOf({ log }: KillWorld): Promise<string> {
  return log.head(ACCOUNT)
}

/** Everything behind a position. */
export async function readLog({ log }: KillWorld, start: string): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = []
  for (let after = start; ; after = all.at(-1)!.position) {
    const { entries, gap } = await log.read(ACCOUNT, after, 1_000)
    if (gap) throw new Error('the log has a gap')
    if (entries.length === 0) return all
    all.push(...entries)
  }
}

function openFile(file: string, ending: AsyncDisposableStack): EventLog {
  const database = new DatabaseSync(file)
  ending.defer(() => database.close())
  database.exec('PRAGMA busy_timeout = 2000')
  return createSqliteLog(database)
}
