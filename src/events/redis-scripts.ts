import { ROWS_PER_STEP } from './log-sweeper.ts'
import { defineScript } from './redis-connection.ts'

/**
 * What Redis does in one step. Every script has the keys of an account in `KEYS` and the epoch that the caller believes in as
 * `ARGV[1]`, and refuses with `EPOCH` where another one holds: nothing is read or written across a flush unnoticed. Time is
 * Redis' own, so that instances whose clocks differ agree.
 */
const BEGINNING = `
local epoch, entries, removed, queue, nudges, dead, number = unpack(KEYS, 1, 7)
if redis.call('GET', epoch) ~= ARGV[1] then return redis.error_reply('EPOCH another one holds') end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/**
 * `KEYS`, after those of the account: the memory of each subject; the delivery, where it has an id. `ARGV`: how many subjects;
 * for how many ms their memory is kept, and the delivery; how many things are remembered, how many events appended; then the
 * number of its subject, key, expected version and value ('' only checks) of each thing; the events; the nudges.
 */
export const COMMIT = defineScript(`${BEGINNING}
local subjects = tonumber(ARGV[2])
local delivery = KEYS[8 + subjects]
if delivery and redis.call('EXISTS', delivery) == 1 then return {'duplicate'} end

local at = 7
local changes = {}
for _ = 1, tonumber(ARGV[5]) do
  local memory, key, expected, value = KEYS[7 + ARGV[at]], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local known = redis.call('HGET', memory, key)
  local version = known and string.match(known, '^%d+') or '0'
  if version ~= expected then return {'conflict'} end
  if value ~= '' then changes[#changes + 1] = { memory, key, string.format('%d:', version + 1) .. value } end
  at = at + 4
end

if delivery then redis.call('SET', delivery, '', 'PX', ARGV[4]) end
for _, change in ipairs(changes) do redis.call('HSET', unpack(change)) end
for i = 8, 7 + subjects do redis.call('PEXPIRE', KEYS[i], ARGV[3]) end
local answer = {'committed'}
for _ = 1, tonumber(ARGV[6]) do
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

/**
 * `KEYS`, after those of the account: the memory of each subject. `ARGV`: the number of its subject and the key of each thing.
 * Answers `version:value` of each, null where there is nothing.
 */
export const RECALL = defineScript(`${BEGINNING}
local answer = {}
for i = 2, #ARGV, 2 do answer[i / 2] = redis.call('HGET', KEYS[7 + ARGV[i]], ARGV[i + 1]) end
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

/** Answers the newest entry in a list, which is empty where there is none. */
export const NEWEST = defineScript(`${BEGINNING}
return redis.call('XREVRANGE', entries, '+', '-', 'COUNT', 1)
`)

/** `ARGV`: how many entries are kept, for how many ms, and dead letters. Answers 1 where more entries are left to remove, else 0. */
export const REMOVE_OUTDATED = defineScript(`${BEGINNING}
redis.call('XTRIM', dead, 'MINID', string.format('%d', math.max(0, now - ARGV[4])))
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
      redis.call('XADD', dead, '*', 'letter', cmsgpack.pack({ id, nudge[1], now, ARGV[2], nudge[3] }))
    end
  end
end
return 0
`)

/** Answers id, time of death, reason and nudge of each, as they died. */
export const DEAD_LETTERS = defineScript(`${BEGINNING}
local answer = {}
for i, row in ipairs(redis.call('XRANGE', dead, '-', '+')) do
  local letter = cmsgpack.unpack(row[2][2])
  answer[i] = { letter[1], letter[3], letter[4], letter[5] }
end
return answer
`)

/** Answers how many. */
export const REVIVE = defineScript(`${BEGINNING}
local all = redis.call('XRANGE', dead, '-', '+')
for _, row in ipairs(all) do
  local letter = cmsgpack.unpack(row[2][2])
  redis.call('HSET', nudges, letter[1], cmsgpack.pack({ letter[2], 0, letter[5] }))
  redis.call('ZADD', queue, now, letter[1])
end
redis.call('DEL', dead)
return #all
`)
