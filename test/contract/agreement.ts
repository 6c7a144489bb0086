import { expect } from 'vitest'

/**
 * Two answers about the same thing agree in everything that both carry. What is `undefined` in one of them was not carried;
 * lists of which an answer may carry a part (`partial`) are compared by what is in both.
 */
export function expectAgreement(one: unknown, other: unknown, partial: readonly string[] = []): void {
  const [left, right] = common(one, other, new Set(partial))
  expect(left).toEqual(right)
}

function common(one: unknown, other: unknown, partial: ReadonlySet<string>): readonly [unknown, unknown] {
  if (!isRecord(one) || !isRecord(other)) return [one, other]
  const keys = Object.keys(one).filter((key) => one[key] !== undefined && other[key] !== undefined && !partial.has(key))
  const pairs = keys.map((key) => [key, common(one[key], other[key], partial)] as const)
  return [
    Object.fromEntries(pairs.map(([key, [left]]) => [key, left])),
    Object.fromEntries(pairs.map(([key, [, right]]) => [key, right])),
  ]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
