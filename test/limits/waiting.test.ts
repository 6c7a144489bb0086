import { expect, test } from 'vitest'
import { DEFAULT_MAILBOX_LIMITS, Mailbox } from '../../src/events/mailbox.ts'
import { createPace, Seats, SOCKET_LIMITS } from '../../src/http/socket-limits.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { viewerOf } from '../support/identity.ts'

test('a thousand items wait for somebody who does not read, and no more', () => {
  const mailbox = new Mailbox<number>(DEFAULT_MAILBOX_LIMITS)
  for (let item = 1; item <= 1_000; item += 1) expect(mailbox.put(item, 1)).toBe(true)
  expect(mailbox.put(1_001, 1)).toBe(false)
  expect(mailbox.takeNow()).toBe(1)
  expect(mailbox.put(1_001, 1)).toBe(true)
})

test('a mebibyte waits, and no byte more', () => {
  const mailbox = new Mailbox<string>(DEFAULT_MAILBOX_LIMITS)
  expect(mailbox.put('all but a byte', 1024 * 1024 - 1)).toBe(true)
  expect(mailbox.put('two bytes', 2)).toBe(false)
  expect(mailbox.put('one byte', 1)).toBe(true)
  expect(mailbox.put('another', 1)).toBe(false)
})

test('a socket may send its burst at once, and then so many a minute', async () => {
  const mayGoOn = createPace({ ...SOCKET_LIMITS, burst: 3, messagesPerMinute: 60_000 })
  expect([mayGoOn(), mayGoOn(), mayGoOn()]).toEqual([true, true, true])
  await expect.poll(mayGoOn, { interval: 2 }).toBe(true)
  const stuck = createPace({ ...SOCKET_LIMITS, messagesPerMinute: 0 })
  const told = Array.from({ length: 62 }, () => stuck())
  expect(told.lastIndexOf(true)).toBe(59)
})

const somebody = (id: string, kind: 'agent' | 'service' = 'agent'): Identity => ({
  viewer: viewerOf({ id, kind }),
  grants: { actorIn: () => null },
  issuedAt: null,
  expiresAt: null,
  revocableAs: [`subject ${id}`],
})

test('a person has twenty sockets, a service a thousand, and strangers five hundred between them', () => {
  const seats = new Seats(SOCKET_LIMITS)
  const take = (identity: Identity) => {
    const seat = seats.take()
    const has = seat?.assign(identity) ?? false
    if (!has) seat?.leave()
    return has ? seat : null
  }
  const ofOne = Array.from({ length: 21 }, () => take(somebody('one')))
  expect(ofOne.map((seat) => seat !== null).lastIndexOf(true)).toBe(19)
  expect(take(somebody('other'))).not.toBeNull()
  ofOne[0]?.leave()
  expect(take(somebody('one'))).not.toBeNull()
  const ofService = Array.from({ length: 1_001 }, () => take(somebody('key', 'service')))
  expect(ofService.map((seat) => seat !== null).lastIndexOf(true)).toBe(999)
  const strangers = Array.from({ length: 501 }, () => seats.take())
  expect(strangers.map((seat) => seat !== null).lastIndexOf(true)).toBe(499)
  strangers[0]?.leave()
  expect(seats.take()).not.toBeNull()
})
