import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GatewayContext } from '../../schema/context.ts'
import { openCursor, sealCursor } from '../../schema/cursor.ts'
import { viewerOf } from '../support/identity.ts'
import { NO_ACTS } from '../support/no-acts.ts'

const KEY = randomBytes(32)
const SCOPE = 'conversations {}'

const anyPosition = fc.jsonValue({ stringUnit: 'grapheme' })
const anyName = fc.string({ unit: 'grapheme' })

describe('a cursor', () => {
  test('brings its position back, whatever is in it', () => {
    fc.assert(
      fc.property(anyPosition, anyName, anyName, (position, viewer, scope) => {
        const context = contextOf(viewer)
        const opened = openCursor(context, scope, sealCursor(context, scope, position))
        expect(opened).toEqual(JSON.parse(JSON.stringify(position)))
      }),
    )
  })

  test('is text that a URL can carry', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        expect(seal(position)).toMatch(/^[\w-]+$/)
      }),
    )
  })

  test('is the same for the same position, so that a page asked for twice is equal', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        expect(seal(position)).toBe(seal(position))
      }),
    )
  })
})

describe('CURSOR_INVALID is said of', () => {
  test('any text that we did not make', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.base64String(),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
      anyPosition.map((position) => Buffer.from(JSON.stringify(position)).toString('base64url')),
    )
    fc.assert(
      fc.property(anyText, (text) => refuses(text)),
      { numRuns: 1_000 },
    )
  })

  test('one of ours with any bit changed', () => {
    fc.assert(
      fc.property(anyPosition, fc.nat(), (position, which) => {
        const bytes = Buffer.from(seal(position), 'base64url')
        const bit = which % (bytes.length * 8)
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        refuses(bytes.toString('base64url'))
      }),
    )
  })

  test('one of ours cut short or continued', () => {
    fc.assert(
      fc.property(anyPosition, fc.nat(), fc.string({ minLength: 1 }), (position, length, more) => {
        const cursor = seal(position)
        refuses(cursor.slice(0, length % cursor.length))
        refuses(cursor + more)
        refuses(more + cursor)
      }),
    )
  })

  test('another spelling of one of ours', () => {
    const cursor = seal('a position of two spellings')
    for (const spelling of [`${cursor}=`, ` ${cursor}`, `${cursor}\n`, `${cursor.slice(0, 5)} ${cursor.slice(5)}`]) {
      refuses(spelling)
    }
  })

  test('another viewer’s', () => {
    fc.assert(
      fc.property(anyPosition, anyName, (position, viewer) => {
        fc.pre(viewer !== 'nora')
        refuses(sealCursor(contextOf(viewer), SCOPE, position))
      }),
    )
  })

  test('another list’s or filter’s', () => {
    fc.assert(
      fc.property(anyPosition, anyName, (position, scope) => {
        fc.pre(scope !== SCOPE)
        refuses(sealCursor(contextOf('nora'), scope, position))
      }),
    )
  })

  test('a viewer and list that only together read the same', () => {
    refuses(sealCursor(contextOf('nora", "conversations'), '{}', 1))
    refuses(sealCursor(contextOf(''), `nora${SCOPE}`, 1))
  })

  test('another gateway’s', () => {
    fc.assert(
      fc.property(anyPosition, fc.uint8Array({ minLength: 32, maxLength: 32 }), (position, key) => {
        refuses(sealCursor({ ...contextOf('nora'), cursorKey: key }, SCOPE, position))
      }),
    )
  })
})

function seal(position: unknown): string {
  return sealCursor(contextOf('nora'), SCOPE, position)
}

function refuses(cursor: string): void {
  const error = expect.objectContaining({ extensions: { code: 'CURSOR_INVALID' } })
  expect(() => openCursor(contextOf('nora'), SCOPE, cursor)).toThrow(error)
}

function contextOf(viewer: string): GatewayContext {
  const context: GatewayContext = {
    viewer: viewerOf({ id: viewer }),
    sources: [],
    cursorKey: KEY,
    events: { lastEventAt: () => null, subscribe: never },
    acts: NO_ACTS,
    eventPosition: { epoch: '', positions: {} },
    resumeAfter: null,
    renew: () => context,
  }
  return context
}

function never(): never {
  throw new Error('nobody listens here')
}
