import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConversationRef, PersonRef } from '../../providers/port/index.ts'
import {
  accountId,
  channelId,
  conversationId,
  messageId,
  parseGlobalId,
  participantId,
  personId,
  teamId,
} from '../../schema/global-id.ts'

/** Whatever a provider may call a thing: with line breaks, quotes, emoji, other scripts, halves of surrogate pairs. */
const anyNative = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.uuid(),
  fc.nat().map(String),
  fc.constant('half a pair: \ud83d'),
)
const anyAccount = fc.stringMatching(/^[a-z0-9-]{1,40}$/)

const anyId = fc
  .record({ account: anyAccount, native: anyNative, second: anyNative })
  .chain(({ account, native, second }) => {
    const conversation: ConversationRef = { kind: 'conversation', account, native }
    const person: PersonRef = { kind: 'person', account, native: second }
    const message = { kind: 'message', conversation, native: second } as const
    return fc.constantFrom(
      { id: accountId(account), parsed: { type: 'Account', account } },
      { id: teamId(account, native), parsed: { type: 'Team', account, externalId: native } },
      { id: channelId(account, native), parsed: { type: 'Channel', account, externalId: native } },
      { id: personId(person), parsed: { type: 'Person', account, person } },
      { id: conversationId(conversation), parsed: { type: 'Conversation', account, conversation } },
      { id: messageId(message), parsed: { type: 'Message', account, message } },
      { id: participantId(conversation, person), parsed: { type: 'Participant', account, conversation, person } },
    )
  })

describe('a global id', () => {
  test('says again what it was made of', () => {
    fc.assert(
      fc.property(anyId, ({ id, parsed }) => {
        expect(parseGlobalId(id)).toEqual(parsed)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is text that a URL can carry', () => {
    fc.assert(
      fc.property(anyId, ({ id }) => {
        expect(id).toMatch(/^[\w-]+$/)
      }),
    )
  })

  test('differs where anything in it differs', () => {
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        expect(one.id === other.id).toBe(JSON.stringify(one.parsed) === JSON.stringify(other.parsed))
      }),
    )
  })
})

describe('no global id is', () => {
  const anyText = fc.oneof(
    anyNative,
    fc.base64String(),
    fc.jsonValue().map(encode),
    fc.array(fc.oneof(fc.constantFrom(1, '1', 'Account', 'Message', 'Person'), anyNative)).map(encode),
  )

  test('any text that would not be made again from what it says', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseGlobalId(text)
        if (parsed !== null) expect(encode(JSON.parse(Buffer.from(text, 'base64url').toString()))).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })

  test.each<[string, string]>([
    ['an empty text', ''],
    ['a number', '42'],
    ['plain base64 of other things', Buffer.from('gid://shop/Product/1').toString('base64')],
    ['JSON that is no list', encode({ type: 'Account', account: 'a' })],
    ['an empty list', encode([])],
    ['another version', encode([2, 'Account', 'a'])],
    ['a version that is a text', encode(['1', 'Account', 'a'])],
    ['an unknown type', encode([1, 'Query', 'a', 'b'])],
    ['an account with a native id', encode([1, 'Account', 'a', 'b'])],
    ['a conversation without one', encode([1, 'Conversation', 'a'])],
    ['a conversation with two', encode([1, 'Conversation', 'a', 'b', 'c'])],
    ['a message without its conversation', encode([1, 'Message', 'a', 'b'])],
    ['a message with too many parts', encode([1, 'Message', 'a', 'b', 'c', 'd'])],
    ['a part that is no text', encode([1, 'Conversation', 'a', 7])],
    ['a type of no account', encode([1, 'Account'])],
    ['a name that objects have', encode([1, 'constructor', 'a', 'b'])],
    ['padding', `${encode([1, 'Account', 'ab'])}=`],
    ['stray characters', ` ${encode([1, 'Account', 'a'])}`],
    ['spaces in the JSON', Buffer.from('[1, "Account", "a"]').toString('base64url')],
  ])('%s', (_, text) => {
    expect(parseGlobalId(text)).toBeNull()
  })

  test('one of ours in any other spelling, cut short, or continued', () => {
    fc.assert(
      fc.property(anyId, fc.nat(), fc.string({ minLength: 1 }), ({ id }, length, more) => {
        for (const text of [id.slice(0, length % id.length), id + more, more + id]) {
          expect(parseGlobalId(text)).toBeNull()
        }
      }),
    )
  })
})

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
