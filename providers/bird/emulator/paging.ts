import type { Context } from 'hono'
import { byAge, type Dated } from './records.ts'
import { invalid } from './refusal.ts'

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100
const MAX_TOKEN_LENGTH = 8_000

export interface Page<T> {
  readonly results: readonly T[]
  /** Absent on the last page. */
  readonly nextPageToken?: string
}

export interface PageQuery {
  readonly limit: number
  /** The row before the page; null: the page is the first. */
  readonly after: Dated | null
  /** Oldest first. */
  readonly reverse: boolean
}

/** Reads `limit`, `pageToken` and `reverse`; what is out of range is a 422. */
export function readPageQuery(context: Context): PageQuery {
  const { limit, pageToken, reverse } = context.req.query()
  return { limit: readLimit(limit), after: readToken(pageToken), reverse: readFlag(reverse) }
}

/** Cuts one page, newest first unless reversed. The token is the last row's place, so rows that come or go do not shift it. */
export function pageOf<T extends Dated, U>(rows: readonly T[], query: PageQuery, toWire: (row: T) => U): Page<U> {
  const direction = query.reverse ? 1 : -1
  const after = query.after
  const rest = rows
    .filter((row) => after === null || byAge(row, after) * direction > 0)
    .toSorted((one, other) => byAge(one, other) * direction)
  const page = rest.slice(0, query.limit)
  const last = page.at(-1)
  const results = page.map(toWire)
  return last === undefined || page.length === rest.length ? { results } : { results, nextPageToken: tokenAt(last) }
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT
  const limit = Number(text)
  if (text === '' || !Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid({ limit: [`must be a whole number from 1 to ${MAX_LIMIT}`] })
  return limit
}

function readFlag(text: string | undefined): boolean {
  if (text !== undefined && text !== 'true' && text !== 'false') throw invalid({ reverse: ['must be true or false'] })
  return text === 'true'
}

/** Base64 of `[time with nanoseconds, id]`. */
function tokenAt({ createdAt, id }: Dated): string {
  const nanoseconds = createdAt.toISOString().replace('Z', '000000Z')
  return Buffer.from(JSON.stringify([nanoseconds, id])).toString('base64')
}

function readToken(token: string | undefined): Dated | null {
  if (token === undefined || token === '') return null
  const place = token.length > MAX_TOKEN_LENGTH ? null : parse(token)
  const [time, id] = Array.isArray(place) ? place : []
  const createdAt = new Date(typeof time === 'string' ? time : Number.NaN)
  if (Number.isNaN(createdAt.getTime()) || typeof id !== 'string') throw invalid({ pageToken: ['is not a page token'] })
  return { createdAt, id }
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString())
  } catch {
    return null
  }
}
