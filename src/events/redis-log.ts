import { randomUUID } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import {
  type Commit,
  type CommitResult,
  DEFAULT_RETENTION,
  type DeadLetter,
  type EventLog,
  type LogEntry,
  type LogPosition,
  LogUnavailable,
  type PendingNudge,
  type ReadResult,
  type Remembered,
  type Retention,
  subjectOf,
} from './log.ts'
import { createLogSweeper, type LogSweeper } from './log-sweeper.ts'
import { LogWatchers } from './log-watchers.ts'
import {
  isReply,
  openRedisConnection,
  type RedisConnection,
  type RedisScript,
  type RedisWord,
} from './redis-connection.ts'
import { deliveryKey, EPOCH_KEY, epochKey, keysOf, memoryKey, toPosition, toStreamId } from './redis-keys.ts'
import { readBytes, readList, readNumber, readText, readTextOrNull } from './redis-reply.ts'
import * as scripts from './redis-scripts.ts'
import { startRedisTail } from './redis-tail.ts'

/** How long Redis may take to be there before it counts as away. */
export const START_MS = 1_500
/** How long a nudge that was taken is not given to others. */
const NUDGE_LEASE_MS = 30_000

/**
 * The log in Redis (7 or later), shared by all instances that are given the same URL. Redis must be told to keep what it was
 * given: `appendonly yes` and `appendfsync always`, or up to a second of acknowledged events is lost when its machine dies;
 * and `maxmemory-policy noeviction`. While Redis is away, from the start or later, every call rejects with `LogUnavailable`,
 * and the connection opens itself again.
 */
export async function createRedisLog(
  url: string,
  retention: Retention = DEFAULT_RETENTION,
  nudgeLeaseMs: number = NUDGE_LEASE_MS,
): Promise<EventLog> {
  const connection = await openRedisConnection({ url, waitMs: START_MS })
  try {
    const epoch = await readOrMakeEpoch(connection)
    return new RedisLog({ url, connection, epoch, retention, nudgeLeaseMs })
  } catch (error) {
    if (error instanceof LogUnavailable) return new RedisLog({ url, connection, epoch: '', retention, nudgeLeaseMs })
    connection.close()
    throw error
  }
}

interface Parts {
  readonly url: string
  readonly connection: RedisConnection
  readonly epoch: string
  readonly retention: Retention
  readonly nudgeLeaseMs: number
}

class RedisLog implements EventLog {
  readonly #parts: Parts
  readonly #sweeper: LogSweeper
  readonly #watchers = new LogWatchers()
  readonly #tails = new Map<string, { stop(): void }>()
  readonly #running = new Set<Promise<unknown>>()
  #epoch: string
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#epoch = parts.epoch
    this.#sweeper = createLogSweeper((account) => this.#removeOutdated(account), parts.retention)
  }

  get epoch(): string {
    return this.#epoch
  }

  async recall(account: string, keys: readonly string[]): Promise<readonly Remembered[]> {
    if (keys.length === 0) return []
    const { memories, numberOf } = subjectsOf(account, keys)
    const words = keys.flatMap((key) => [numberOf(key), key])
    return readList(await this.#run(scripts.RECALL, account, words, memories)).map(readRemembered)
  }

  async commit(account: string, { deliveryId, remember, append, nudges }: Commit): Promise<CommitResult> {
    const { retention } = this.#parts
    const { memories, numberOf } = subjectsOf(
      account,
      remember.map(({ key }) => key),
    )
    const counts = [memories.length, retention.memoryMs, retention.deliveryIdMs, remember.length, append.length]
    const words = [
      ...counts.map(String),
      ...remember.flatMap(({ key, expectedVersion, value }) => [
        numberOf(key),
        key,
        String(expectedVersion),
        value === undefined ? '' : serialize(value),
      ]),
      ...append.map((event) => serialize(event)),
      ...nudges.map((nudge) => serialize(nudge)),
    ]
    const delivery = deliveryId === null ? [] : [deliveryKey(account, deliveryId)]
    const result = readCommitResult(await this.#run(scripts.COMMIT, account, words, [...memories, ...delivery]))
    if (result.outcome === 'committed') this.#sweeper.note(account, result.positions.length)
    return result
  }

  async read(account: string, after: LogPosition, limit: number): Promise<ReadResult> {
    const epoch = this.#epoch
    const reply = readList(await this.#run(scripts.READ, account, [toStreamId(after), String(limit)]))
    // The position belonged to what Redis has lost meanwhile.
    if (epoch !== this.#epoch) return { entries: [], gap: true }
    const removed = readTextOrNull(reply[0])
    return {
      entries: readList(reply[1]).map(readEntry),
      gap: removed !== null && after < toPosition(removed),
    }
  }

  async head(account: string): Promise<LogPosition> {
    const id = readTextOrNull(await this.#run(scripts.HEAD, account))
    return id === null ? '' : toPosition(id)
  }

  async newest(account: string): Promise<LogEntry | null> {
    const [newest] = readList(await this.#run(scripts.NEWEST, account))
    return newest === undefined ? null : readEntry(newest)
  }

  watch(account: string, wake: () => void): { stop(): void } {
    this.#watchers.add(account, wake)
    if (!this.#closed && !this.#tails.has(account)) this.#tails.set(account, this.#startTail(account))
    return { stop: () => this.#stopWatching(account, wake) }
  }

  async takeNudges(account: string, limit: number): Promise<readonly PendingNudge[]> {
    const words = [String(limit), String(this.#parts.nudgeLeaseMs)]
    return readList(await this.#run(scripts.TAKE_NUDGES, account, words)).map(readPendingNudge)
  }

  async doneWithNudges(account: string, ids: readonly string[]): Promise<void> {
    await this.#run(scripts.DONE_WITH_NUDGES, account, ids)
  }

  async failNudges(account: string, ids: readonly string[], reason: string, maxAttempts: number): Promise<void> {
    await this.#run(scripts.FAIL_NUDGES, account, [reason, String(maxAttempts), ...ids])
  }

  async deadLetters(account: string): Promise<readonly DeadLetter[]> {
    return readList(await this.#run(scripts.DEAD_LETTERS, account)).map(readDeadLetter)
  }

  async revive(account: string): Promise<number> {
    return readNumber(await this.#run(scripts.REVIVE, account))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#sweeper.stop()
    this.#watchers.clear()
    for (const tail of this.#tails.values()) tail.stop()
    await Promise.allSettled(this.#running)
    this.#parts.connection.close()
  }

  async #run(
    script: RedisScript,
    account: string,
    words: readonly RedisWord[] = [],
    keys: readonly string[] = [],
  ): Promise<unknown> {
    if (this.#closed) throw new LogUnavailable('The log is closed.')
    this.#sweeper.note(account, 0)
    const ask = () => this.#parts.connection.run(script, [...keysOf(account), ...keys], [this.#epoch, ...words])
    const answer = this.#askInEpoch(account, ask)
    this.#running.add(answer)
    return answer.finally(() => this.#running.delete(answer))
  }

  async #askInEpoch(account: string, ask: () => Promise<unknown>): Promise<unknown> {
    try {
      return await ask()
    } catch (error) {
      if (!isReply(error, 'EPOCH')) throw error
      await this.#joinEpoch(account)
      return ask()
    }
  }

  /** The account is new, or Redis was flushed: then all that was known about it is void. */
  async #joinEpoch(account: string): Promise<void> {
    const { connection } = this.#parts
    const epoch = await readOrMakeEpoch(connection)
    await connection.call(['SET', epochKey(account), epoch])
    if (epoch === this.#epoch) return
    this.#epoch = epoch
    this.#watchers.wakeAll()
  }

  #startTail(account: string): { stop(): void } {
    return startRedisTail({
      url: this.#parts.url,
      account,
      head: () => this.head(account),
      wake: () => this.#watchers.wake(account),
    })
  }

  #stopWatching(account: string, wake: () => void): void {
    this.#watchers.remove(account, wake)
    if (this.#watchers.isWatched(account)) return
    this.#tails.get(account)?.stop()
    this.#tails.delete(account)
  }

  async #removeOutdated(account: string): Promise<boolean> {
    const { maxEntriesPerAccount, maxAgeMs, deadLetterMs } = this.#parts.retention
    const words = [maxEntriesPerAccount, maxAgeMs, deadLetterMs].map(String)
    return readNumber(await this.#run(scripts.REMOVE_OUTDATED, account, words)) === 1
  }
}

async function readOrMakeEpoch(connection: RedisConnection): Promise<string> {
  await connection.call(['SET', EPOCH_KEY, randomUUID(), 'NX'])
  return readText(await connection.call(['GET', EPOCH_KEY]))
}

/** Where the memory of what these keys are about is, and the number of each key's subject among them, from 1. */
function subjectsOf(account: string, keys: readonly string[]) {
  const subjects = [...new Set(keys.map(subjectOf))]
  const numbers = new Map(subjects.map((subject, index) => [subject, String(index + 1)]))
  return {
    memories: subjects.map((subject) => memoryKey(account, subject)),
    numberOf: (key: string) => numbers.get(subjectOf(key)) ?? '',
  }
}

const COLON = ':'.charCodeAt(0)

function readRemembered(reply: unknown): Remembered {
  if (reply === null) return { version: 0, value: undefined }
  const bytes = readBytes(reply)
  const colon = bytes.indexOf(COLON)
  return { version: Number(bytes.toString('latin1', 0, colon)), value: deserialize(bytes.subarray(colon + 1)) }
}

function readCommitResult(reply: unknown): CommitResult {
  const [outcome, ...ids] = readList(reply).map(readText)
  if (outcome === 'duplicate' || outcome === 'conflict') return { outcome }
  return { outcome: 'committed', positions: ids.map(toPosition) }
}

function readEntry(reply: unknown): LogEntry {
  const [id, fields] = readList(reply)
  const [, event] = readList(fields)
  return { position: toPosition(readText(id)), event: deserialize(readBytes(event)) }
}

function readPendingNudge(reply: unknown): PendingNudge {
  const [id, since, attempts, nudge] = readList(reply)
  return {
    id: readText(id),
    nudge: deserialize(readBytes(nudge)),
    since: new Date(readNumber(since)),
    attempts: readNumber(attempts),
  }
}

function readDeadLetter(reply: unknown): DeadLetter {
  const [id, at, reason, nudge] = readList(reply)
  return {
    id: readText(id),
    nudge: deserialize(readBytes(nudge)),
    reason: readText(reason),
    at: new Date(readNumber(at)),
  }
}
