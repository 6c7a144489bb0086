import { getOperationAST, parse } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { expandedSize } from '../../src/http/document-size.ts'
import { startWorld, type World } from '../support/world.ts'

/** A document of a kilobyte in which each fragment uses the next one twice. */
function doubling(levels: number): string {
  const fragments = Array.from(
    { length: levels },
    (_, level) =>
      `fragment F${level} on Query { a${level}: __typename ...F${level + 1} b: viewer { kind } ...F${level + 1} }`,
  )
  return `query { ...F0 } ${fragments.join(' ')} fragment F${levels} on Query { viewer { displayName } }`
}

function sizeOf(text: string): number {
  const document = parse(text)
  const operation = getOperationAST(document)
  return operation ? expandedSize(operation, document) : 0
}

describe('the size of a document', () => {
  it('counts each field where it is used', () => {
    expect(sizeOf('{ a { b c } ...F ... on Query { d } } fragment F on Query { e { f } }')).toBe(6)
  })

  it('doubles with each level of fragments that use one another twice', () => {
    expect(sizeOf(doubling(30))).toBeGreaterThan(2 ** 30)
  })

  it('is found at once, whatever it is', () => {
    expect(sizeOf('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A x }')).toBeGreaterThanOrEqual(0)
  })
})

/** As large as the limits let a document be, while a page of fields stands behind each fragment. */
function largest(): string {
  const fields = 'id key displayName provider '.repeat(4)
  const fragments = Array.from(
    { length: 29 },
    (_, level) => `fragment F${level} on Account { ...F${level + 1} ...F${level + 1} }`,
  )
  return `query { accounts { ...F0 } } ${fragments.join(' ')} fragment F29 on Account { ${fields} }`
}

describe('a document that would be huge when compiled', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
    return () => world.close()
  })

  it('is answered each time it is sent, without holding others up', async () => {
    expect(sizeOf(largest())).toBeGreaterThan(2 ** 29)
    for (let round = 0; round < 3; round += 1) {
      const { data, errors } = await world.ask(largest())
      expect(errors).toBeUndefined()
      expect(data.accounts).toMatchObject([{ key: 'cometchat' }, { key: 'chatwoot' }, { key: 'bird' }])
    }
  }, 5_000)

  it('is refused where it is large in itself', async () => {
    const { errors } = await world.ask(doubling(16))
    expect(errors?.map(({ extensions }) => extensions.code)).toContain('TOO_MANY_ALIASES')
  })
})
