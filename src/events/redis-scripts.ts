import { ROWS_PER_STEP } from './log-sweeper.ts'
import { defineScript } from './redis-connection.ts'

/**
 * What Redis does in one step. Every script has the keys of an account in `KEYS` and the epoch that the caller believes in as
 * `ARGV[1]`, and refuses with `EPOCH` where another one holds: nothing is read or written across a flush unnoticed. Time is
 * Redis' own, so that instances whose clocks differ agree.
 */
const BEGINNING = `
local epoch, entries, removed, memory, queue, nudges, dead, number = unpack(KEYS, 1, 8)
if redis.call('GET', epoch) ~= ARGV[1] then return redis.error_reply('EPOCH another one holds') end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/**
 * `KEYS[9]`: the delivery, where it has an id. `ARGV`: for how many ms it is kept, how many things are remembered, how many events
 * appended; then key, expected version and value ('' only checks) of each thing; the events; the nudges.
 */
export const COMMIT = defineScript(`${BEGINNING}
local delivery = KEYS[9]
if delivery and redis.call('EXISTS', delivery) == 1 then return {'duplicate'} end

local at = 5
local changes = {}
for _ = 1, tonumber(ARGV[3]) do
  local key, expected, value = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local known = redis.call('HGET', memory, key)
  local version = known and string.match(known, '^%d+') or '0'
  if version ~= expected then return {'conflict'} end
  if value ~= '' then changes[#changes + 1] = { key, string.format('%d:', version + 1) .. value } end
  at = at + 3
end

if delivery then redis.call('SET', delivery, '', 'PX', ARGV[2]) end
for _, change in ipairs(changes) do redis.call('HSET', memory, change[1], change[2]) end
local answer = {'committed'}
for _ = 1, tonumber(ARGV[4]) do
  answer[#answer + 1] = redis.call('XADD', entries, '*', 'event', ARGV[at])
  at = at + 1
end
for i = at, #ARGV do
  local id = string.format('%016d', redis.call('INCR', number))
  redis.call('HSET', nudges, id, cmsgpack.pack({ now, 0, ARGV[i] }))
  redis.call('ZADD', queue, now, id)
end
return answer
`)

/** `ARGV`: keys. Answers `version:value` of each, null where there is nothing. */
export const RECALL = defineScript(`${BEGINNING}
local answer = {}
for i = 2, #ARGV do answer[i - 1] = redis.call('HGET', memory, ARGV[i]) end
return answer
`)

/** `ARGV`: the last id that is known, how many. Answers the newest removed id and what came after the known one. */
export const READ = defineScript(`${BEGINNING}
return { redis.call('GET', removed), redis.call('XRANGE', entries, '(' .. ARGV[2], '+', 'COUNT', ARGV[3]) }
`)

/** Answers the id of the newest entry, or of the newest that there was, or null. */
export const HEAD = defineScript(`${BEGINNING}
local newest = redis.call('XREVRANGE', entries, '+', '-', 'COUNT', 1)[1]
return newest and newest[1] or redis.call('GET', removed)
`)

/** `ARGV`: how many entries are kept, for how many ms. Answers 1 where more is left to remove, else 0. */
export const REMOVE_OUTDATED = defineScript(`${BEGINNING}
local surplus = redis.call('XLEN', entries) - ARGV[2]
local oldest = now - ARGV[3]
local rows = redis.call('XRANGE', entries, '-', '+', 'COUNT', ${ROWS_PER_STEP})
local outdated = 0
for i, row in ipairs(rows) do
  if i > surplus and tonumber(string.match(row[1], '^%d+')) >= oldest then break end
  outdated = i
end
if outdated == 0 then return 0 end
local last = rows[outdated][1]
local millisecond, sequence = string.match(last, '^(%d+)-(%d+)$')
redis.call('XTRIM', entries, 'MINID', '=', millisecond .. '-' .. string.format('%d', sequence + 1))
redis.call('SET', removed, last)
return outdated == ${ROWS_PER_STEP} and 1 or 0
`)

/** `ARGV`: how many, for how many ms they are not given to others. Answers id, since, attempts and nudge of each. */
export const TAKE_NUDGES = defineScript(`${BEGINNING}
local answer = {}
for i, id in ipairs(redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'LIMIT', 0, ARGV[2])) do
  local nudge = cmsgpack.unpack(redis.call('HGET', nudges, id))
  answer[i] = { id, nudge[1], nudge[2], nudge[3] }
  redis.call('ZADD', queue, now + ARGV[3], id)
end
return answer
`)

/** `ARGV`: ids. */
export const DONE_WITH_NUDGES = defineScript(`${BEGINNING}
for i = 2, #ARGV do
  redis.call('ZREM', queue, ARGV[i])
  redis.call('HDEL', nudges, ARGV[i])
end
return 0
`)

/** `ARGV`: the reason, how many attempts there may be, ids. */
export const FAIL_NUDGES = defineScript(`${BEGINNING}
for i = 4, #ARGV do
  local id = ARGV[i]
  local packed = redis.call('HGET', nudges, id)
  if packed then
    local nudge = cmsgpack.unpack(packed)
    nudge[2] = nudge[2] + 1
    if nudge[2] < tonumber(ARGV[3]) then
      redis.call('HSET', nudges, id, cmsgpack.pack(nudge))
      redis.call('ZADD', queue, now, id)
    else
      redis.call('ZREM', queue, id)
      redis.call('HDEL', nudges, id)
      redis.call('HSET', dead, id, cmsgpack.pack({ nudge[1], now, ARGV[2], nudge[3] }))
    end
  end
end
return 0
`)

/** Answers id, time of death, reason and nudge of each, in no order. */
export const DEAD_LETTERS = defineScript(`${BEGINNING}
local answer = {}
local all = redis.call('HGETALL', dead)
for i = 1, #all, 2 do
  local letter = cmsgpack.unpack(all[i + 1])
  answer[#answer + 1] = { all[i], letter[2], letter[3], letter[4] }
end
return answer
`)

/** Answers how many. */
export const REVIVE = defineScript(`${BEGINNING}
local all = redis.call('HGETALL', dead)
for i = 1, #all, 2 do
  local letter = cmsgpack.unpack(all[i + 1])
  redis.call('HSET', nudges, all[i], cmsgpack.pack({ letter[1], 0, letter[4] }))
  redis.call('ZADD', queue, now, all[i])
end
redis.call('DEL', dead)
return #all / 2
`)
