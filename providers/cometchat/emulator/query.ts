import type { Context } from 'hono'
import { invalid } from './refusal.ts'

/** Booleans travel as `true` or as `1`. */
export function readFlag(context: Context, name: string): boolean {
  const given = context.req.query(name)
  return given === 'true' || given === '1'
}

/** Lists travel comma-joined, and repeated keys are taken as well. Null: not given. */
export function readList(context: Context, ...names: readonly string[]): readonly string[] | null {
  const given = names.flatMap((name) => context.req.queries(name) ?? []).filter((one) => one !== '')
  return given.length === 0 ? null : given.flatMap((one) => one.split(','))
}

export function readWord<T extends string>(context: Context, name: string, allowed: readonly T[]): T | null {
  const given = context.req.query(name)
  if (given === undefined || given === '') return null
  const word = allowed.find((one) => one === given)
  if (word === undefined) throw invalid(name, `The ${name} must be one of: ${allowed.join(', ')}.`)
  return word
}

/** A whole number within its limits. Null: not given. */
export function readNumber(
  context: Context,
  name: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number | null {
  const given = context.req.query(name)
  if (given === undefined || given === '') return null
  const number = /^\d+$/.test(given) ? Number(given) : Number.NaN
  if (!(number >= min && number <= max))
    throw invalid(name, `The ${name} must be a whole number from ${min} to ${max}.`)
  return number
}

/** The official SDK writes `per_page` where the documents write `perPage`. */
export function readPerPage(context: Context): number {
  return readNumber(context, 'perPage', PAGE_LIMITS) ?? readNumber(context, 'per_page', PAGE_LIMITS) ?? 100
}

export const PAGE_LIMITS = { min: 1, max: 1000 } as const

/** One page of an offset-paged list. */
export interface PageOf<T> {
  readonly rows: readonly T[]
  readonly pagination: {
    readonly total: number
    readonly count: number
    readonly per_page: number
    readonly current_page: number
    readonly total_pages: number
  }
}

export function readPage<T>(context: Context, all: readonly T[]): PageOf<T> {
  const perPage = readPerPage(context)
  const page = readNumber(context, 'page', { min: 1 }) ?? 1
  const rows = all.slice((page - 1) * perPage, page * perPage)
  return {
    rows,
    pagination: {
      total: all.length,
      count: rows.length,
      per_page: perPage,
      current_page: page,
      total_pages: Math.max(1, Math.ceil(all.length / perPage)),
    },
  }
}

export function sharesOne(wanted: readonly string[] | null, given: readonly string[] = []): boolean {
  return wanted === null || wanted.some((one) => given.includes(one))
}

/** Ascending by several keys, of which the first that differs decides. */
export function compareBy<T>(...keys: readonly ((one: T) => string | number)[]): (left: T, right: T) => number {
  return (left, right) => {
    for (const key of keys) {
      const [a, b] = [key(left), key(right)]
      if (a !== b) return a < b ? -1 : 1
    }
    return 0
  }
}
