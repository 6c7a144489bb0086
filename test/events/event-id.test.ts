import { expect, test } from 'vitest'
import { fingerprint } from '../../src/events/event-id.ts'

test('equal texts have equal names, however they lie in memory', () => {
  const text = 'Looking **into** it'
  // The rest of a text that needed two bytes for each sign still has two.
  const rest = `я${text}`.slice(1)
  expect(rest).toBe(text)
  expect(fingerprint([rest])).toBe(fingerprint([text]))
})

test('the order of keys and keys without a value do not count, everything else does', () => {
  expect(fingerprint({ a: 1, b: [new Date(0), null], c: undefined })).toBe(
    fingerprint({ b: [new Date(0), null], a: 1 }),
  )
  const names = [{ a: 1 }, { a: '1' }, { a: null }, { a: [1] }, { a: true }, { a: new Date(1) }, {}, [], null].map(
    fingerprint,
  )
  expect(new Set(names).size).toBe(names.length)
})
