import { Wire } from '../kit/wire.ts'
import { ProviderError } from '../port/index.ts'

/**
 * The places where CometChat's answers are not what they should be, read once for everybody. Unset fields are absent, times
 * are UNIX seconds, and counts, sizes and ids come as text and as numbers; the kit's reader takes all of that.
 */

/** The only object of an answer: documented as one, shown by the examples as a list of one. */
export function readOne(body: unknown, what: string): Wire {
  const answer = readAnswer(body, what)
  if (answer.jsonObject('data') !== null) return answer.object('data')
  const [only, ...others] = answer.list('data')
  if (only === undefined || others.length > 0) throw new ProviderError('MALFORMED', `${what}.data: expected one object`)
  return only
}

/** The objects of an answer. `meta` is not read: its `total` is 0 where there are rows. */
export function readMany(body: unknown, what: string): readonly Wire[] {
  return readAnswer(body, what).list('data')
}

/** An object that may be absent, empty or something else altogether (`lastMessage: {}`, `data: ""`). */
export function objectIfAny(wire: Wire, key: string): Wire | null {
  const object = wire.jsonObject(key)
  return object === null || Object.keys(object).length === 0 ? null : wire.object(key)
}

/** Who has a message. Lists answer `receipts: {"data": [[]]}` for none. */
export function receiptEntries(message: Wire): readonly Wire[] {
  const entries = message.jsonObject('receipts')?.data
  if (!Array.isArray(entries)) return []
  return entries.filter((entry) => recordOf(entry) !== null).map((entry) => Wire.object(entry, 'receipts.data[]'))
}

/** A field of JSON that may be anything. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return isRecord(value) ? value : null
}

/** Refusals come with status 200 too: only `data` says that it worked. */
function readAnswer(body: unknown, what: string): Wire {
  const answer = Wire.object(body, what)
  if (!answer.has('data')) throw new ProviderError('MALFORMED', `${what}: the answer has no data`)
  return answer
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
