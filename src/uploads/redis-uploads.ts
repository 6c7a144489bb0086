import { deserialize, serialize } from 'node:v8'
import { defineScript, openRedisConnection, type RedisConnection } from '../events/redis-connection.ts'
import { START_MS } from '../events/redis-log.ts'
import { readBytes, readList, readNumber, readTextOrNull } from '../events/redis-reply.ts'
import {
  AFTERLIFE_MS,
  type AnnouncedUpload,
  type Beginning,
  type KnownUpload,
  ROOM_BYTES,
  type UploadStore,
} from './upload-store.ts'

/** Uploads in Redis (7 or later), for all instances that are given the same URL. Throws `LogUnavailable` while it is away. */
export async function createRedisUploads(url: string, roomBytes: number = ROOM_BYTES): Promise<UploadStore> {
  const connection = await openRedisConnection({ url, waitMs: START_MS })
  const abandonPieces = (id: string, attempt: number) => removePieces(connection, id, attempt)
  return {
    announce: async (id, upload) => {
      const words = [serialize(upload), upload.sizeBytes, upload.expiresAt.getTime(), deathOf(upload)]
      await connection.run(ANNOUNCE, [keyOf(id)], words.map(toWord))
    },
    find: async (id) => readKnown(await connection.call(['HMGET', keyOf(id), 'upload', 'expires', 'stored'])),
    begin: async (id, until) => {
      const words = [id, Date.now(), until.getTime(), roomBytes]
      const reply = await connection.run(BEGIN, [keyOf(id), ENDS, RESERVED], words.map(toWord))
      if (typeof reply !== 'number') return readRefusal(reply)
      // Whoever was killed amid the last attempt has left its pieces.
      await abandonPieces(id, reply - 1)
      return reply
    },
    append: async (id, attempt, number, piece) => {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
      await connection.run(APPEND, [keyOf(id), pieceKey(id, attempt, number)], [bytes])
    },
    complete: async (id, attempt) => {
      await connection.run(COMPLETE, [keyOf(id)], [String(attempt)])
    },
    abandon: async (id, attempt) => {
      await abandonPieces(id, attempt)
      await connection.run(ABANDON, [keyOf(id), ENDS, RESERVED], [id, String(attempt)])
    },
    read: async (id, attempt, number) => {
      const piece = await connection.call(['GET', pieceKey(id, attempt, number)])
      return piece === null ? null : readBytes(piece)
    },
    close: () => connection.close(),
  }
}

/** In every key; the braces keep all of them on one node of a cluster. */
const PREFIX = 'conversation-gateway:{uploads-v1}'
/** Sorted set: the ids of uploads that have bytes, by when they are gone. */
const ENDS = `${PREFIX}:ends`
/** Hash: how many bytes each of them may have. */
const RESERVED = `${PREFIX}:reserved`

function keyOf(id: string): string {
  return `${PREFIX}:upload:${id}`
}

function pieceKey(id: string, attempt: number, number: number): string {
  return `${PREFIX}:piece:${id}:${attempt}:${number}`
}

/** `KEYS`: the upload. `ARGV`: what it is, its size, when it is no longer found, and when it is gone. */
const ANNOUNCE = defineScript(`
redis.call('HSET', KEYS[1], 'upload', ARGV[1], 'size', ARGV[2], 'expires', ARGV[3], 'gone', ARGV[4], 'attempt', 0)
return redis.call('PEXPIREAT', KEYS[1], ARGV[4])
`)

/** `KEYS`: the upload, the ends, the reservations. `ARGV`: its id, now, until when it may be received, the room there is. */
const BEGIN = defineScript(`
local upload, ends, reserved = unpack(KEYS)
local id, now, till, room = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local size, expires, receiving, stored, gone =
  unpack(redis.call('HMGET', upload, 'size', 'expires', 'receiving', 'stored', 'gone'))
if not size or tonumber(expires) <= now then return 'unknown' end
if stored or (receiving and tonumber(receiving) > now) then return 'taken' end
for _, outdated in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now)) do
  redis.call('ZREM', ends, outdated)
  redis.call('HDEL', reserved, outdated)
end
redis.call('HDEL', reserved, id)
local taken = 0
for _, bytes in ipairs(redis.call('HVALS', reserved)) do taken = taken + bytes end
if taken + size > room then return 'full' end
redis.call('HSET', reserved, id, size)
redis.call('ZADD', ends, gone, id)
redis.call('HSET', upload, 'receiving', till)
return redis.call('HINCRBY', upload, 'attempt', 1)
`)

/** `KEYS`: the upload, the piece. `ARGV`: its bytes. What has no upload any more is not kept. */
const APPEND = defineScript(`
local gone = redis.call('HGET', KEYS[1], 'gone')
if gone then redis.call('SET', KEYS[2], ARGV[1], 'PXAT', gone) end
return 0
`)

/** `KEYS`: the upload. `ARGV`: the attempt. */
const COMPLETE = defineScript(`
if redis.call('HGET', KEYS[1], 'attempt') == ARGV[1] then redis.call('HSET', KEYS[1], 'stored', ARGV[1]) end
return 0
`)

/** `KEYS`: the upload, the ends, the reservations. `ARGV`: its id, the attempt. */
const ABANDON = defineScript(`
if redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], 'receiving')
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[3], ARGV[1])
`)

function toWord(word: Buffer | number | string): Buffer | string {
  return Buffer.isBuffer(word) ? word : String(word)
}

function readKnown(reply: unknown): KnownUpload | null {
  const [upload, expires, stored] = readList(reply)
  if (upload === null || Number(readTextOrNull(expires)) <= Date.now()) return null
  const attempt = readTextOrNull(stored)
  const announced: AnnouncedUpload = deserialize(readBytes(upload))
  return { ...announced, stored: attempt === null ? null : Number(attempt) }
}

function readRefusal(reply: unknown): Beginning {
  const refusal = readTextOrNull(reply)
  if (refusal === 'unknown' || refusal === 'taken' || refusal === 'full') return refusal
  throw new TypeError(`Redis answered ${refusal}`)
}

/** They are numbered without a gap. */
async function removePieces(connection: RedisConnection, id: string, attempt: number): Promise<void> {
  for (let number = 0; readNumber(await connection.call(['DEL', pieceKey(id, attempt, number)])) > 0; number += 1);
}

function deathOf({ expiresAt }: AnnouncedUpload): number {
  return expiresAt.getTime() + AFTERLIFE_MS
}
