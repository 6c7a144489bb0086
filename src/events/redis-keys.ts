import type { LogPosition } from './log.ts'

/** In every key, so that values of another form are not read: raised whenever the form of what is kept changes. */
const PREFIX = 'conversation-gateway:log-v2'

/** Made by whoever comes first; gone when Redis was flushed. */
export const EPOCH_KEY = `${PREFIX}:epoch`

/**
 * The keys of one account, in the order in which every script has them. The braces keep them on one node of a cluster:
 * - `epoch`: the epoch that everything else under this account belongs to
 * - `entries`: the stream
 * - `removed`: the id of the newest entry that retention removed
 * - `queue`: sorted set, the ids of nudges by when they are due
 * - `nudges`: hash, what belongs to those ids
 * - `dead`: stream, dead letters by when they died
 * - `number`: the last id of a nudge
 */
export function keysOf(account: string): readonly string[] {
  return ['epoch', 'entries', 'removed', 'queue', 'nudges', 'dead', 'number'].map((name) => keyOf(account, name))
}

export function entriesKey(account: string): string {
  return keyOf(account, 'entries')
}

export function epochKey(account: string): string {
  return keyOf(account, 'epoch')
}

export function deliveryKey(account: string, deliveryId: string): string {
  return keyOf(account, `delivery:${deliveryId}`)
}

/** Hash, what the guard remembers about one thing, as `version:value`. */
export function memoryKey(account: string, subject: string): string {
  return keyOf(account, `memory:${subject}`)
}

function keyOf(account: string, name: string): string {
  return `${PREFIX}:{${account}}:${name}`
}

const MILLISECOND_DIGITS = 15
const SEQUENCE_DIGITS = 10

/** `1700000000000-3` as a position that compares bytewise. */
export function toPosition(streamId: string): LogPosition {
  const [millisecond = '', sequence = ''] = streamId.split('-')
  return `${millisecond.padStart(MILLISECOND_DIGITS, '0')}-${sequence.padStart(SEQUENCE_DIGITS, '0')}`
}

export function toStreamId(position: LogPosition): string {
  if (position === '') return '0-0'
  return position
    .split('-')
    .map((digits) => BigInt(digits).toString())
    .join('-')
}
