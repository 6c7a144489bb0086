import { createHash } from 'node:crypto'
import { createClient, ErrorReply, RESP_TYPES } from '@redis/client'
import { LogUnavailable } from './log.ts'

/** One connection to Redis, which opens itself again when it breaks. Whatever fails because Redis is away is `LogUnavailable`. */
export interface RedisConnection {
  /** Answers texts as bytes. */
  call(words: readonly RedisWord[], timeoutMs?: number): Promise<unknown>
  run(script: RedisScript, keys: readonly string[], words: readonly RedisWord[]): Promise<unknown>
  /** What was asked and is not answered yet is refused. */
  close(): void
}

export type RedisWord = string | Buffer

/** A Lua script, which Redis runs as one step. */
export interface RedisScript {
  readonly source: string
  readonly digest: string
}

export function defineScript(source: string): RedisScript {
  return { source, digest: createHash('sha1').update(source).digest('hex') }
}

export interface RedisConnectionSettings {
  readonly url: string
  /** How long to wait for Redis to be there, in milliseconds. Then the connection is given out nevertheless, and goes on trying. */
  readonly waitMs: number
}

const CALL_MS = 2_000
const CONNECT_MS = 1_000
const PING_MS = 3_000
/** Silence after which a connection counts as broken: longer than pings and blocking reads are apart. */
const SILENCE_MS = 10_000
const LONGEST_DELAY_MS = 1_000

export async function openRedisConnection({ url, waitMs }: RedisConnectionSettings): Promise<RedisConnection> {
  const client = createRedisClient(url)
  const connection = createConnection(client)
  // It settles when the connection is there, or was closed before.
  const connected = client.connect().catch(() => {})
  await within(waitMs, connected).catch(() => {})
  return connection
}

type RedisClient = ReturnType<typeof createRedisClient>

function createRedisClient(url: string) {
  return createClient({
    url,
    // A call that cannot be made now is refused now, so that the webhook's sender can be answered.
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: delayBefore,
    },
  })
}

function createConnection(client: RedisClient): RedisConnection {
  // What the client says of a call while there is no connection is only that there is none.
  let trouble: unknown = null
  client.on('error', (error) => {
    trouble = error
  })
  client.on('ready', () => {
    trouble = null
  })
  const call = (words: readonly RedisWord[], timeoutMs = CALL_MS) => {
    const options = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } }
    const answer = within(timeoutMs, client.sendCommand<unknown>([...words], options))
    return orUnavailable(answer, () => trouble)
  }
  return {
    call,
    run: async (script, keys, words) => {
      const rest = [String(keys.length), ...keys, ...words]
      try {
        return await call(['EVALSHA', script.digest, ...rest])
      } catch (error) {
        if (!isReply(error, 'NOSCRIPT')) throw error
        return call(['EVAL', script.source, ...rest])
      }
    },
    close: () => {
      if (client.isOpen) client.destroy()
    },
  }
}

/** Whether Redis answered with an error that begins with this word. */
export function isReply(error: unknown, word: string): boolean {
  return error instanceof ErrorReply && error.message.startsWith(`${word} `)
}

/** Doubles, and is spread so that not all instances come back in the same moment. */
function delayBefore(tries: number): number {
  return Math.min(LONGEST_DELAY_MS, 50 * 2 ** tries) * (0.5 + Math.random() / 2)
}

async function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What Redis says about a wrong call, and our own scripts about what they refuse. Everything else it says is about its state. */
const REFUSALS = ['ERR', 'WRONGTYPE', 'NOSCRIPT', 'EPOCH']

async function orUnavailable<Result>(work: Promise<Result>, findTrouble: () => unknown): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (REFUSALS.some((word) => isReply(error, word))) throw error
    const cause = findTrouble() ?? error
    throw new LogUnavailable(`Redis cannot be used: ${describe(cause)}.`, { cause })
  }
}

/** Node says nothing but a code where a name has several addresses and none of them answers. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}
