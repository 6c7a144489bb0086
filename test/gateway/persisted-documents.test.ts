import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashOf } from '../../src/config/documents.ts'
import { ConfigError } from '../../src/config/problems.ts'
import { clearSecrets } from '../../src/config/secrets.ts'
import { readConfig } from '../../src/config.ts'
import { startWorld, type World } from '../support/world.ts'
import { openEventSource } from './raw-streams.ts'
import { codesOf, type Payload, TRANSPORTS } from './transports.ts'

const WHO = 'query Who { viewer { displayName } }'
const ACCOUNT = 'query Accounts($ids: [ID!]!) { nodes(ids: $ids) { id } }'
const LISTEN = 'subscription Listen { conversationEvents { __typename } }'
const CREATE = 'mutation Erase { deleteMessage(input: { messageId: "x" }) { __typename } }'
const BROKEN = '{ nothing'
const ways = Object.entries(TRANSPORTS)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'documents-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function writeDocuments(documents: unknown): string {
  const file = join(folder, `${crypto.randomUUID()}.json`)
  writeFileSync(file, typeof documents === 'string' ? documents : JSON.stringify(documents))
  return file
}

function named(...texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [hashOf(text), text]))
}

/** The two ways to name a document. */
const NAMES: readonly (readonly [string, (text: string) => Payload])[] = [
  ['documentId', (text) => ({ documentId: `sha256:${hashOf(text)}` })],
  ['persistedQuery', (text) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } } })],
]

describe.each([
  ['where others are taken too', false],
  ['where no others are taken', true],
])('documents with names, %s', (_where, only) => {
  let world: World
  beforeAll(async () => {
    const file = writeDocuments(named(WHO, ACCOUNT, LISTEN, CREATE, BROKEN))
    world = await startWorld({ settings: { documents: { file, only } } })
    return () => world.close()
  })

  describe.each(ways)('over %s', (_way, ask) => {
    test.each(NAMES)('are run by %s, the first time as later', async (_name, nameOf) => {
      for (let time = 0; time < 3; time += 1) {
        expect(await ask(world.url, nameOf(WHO))).toMatchObject({ data: { viewer: { displayName: 'Gateway' } } })
        const answer = await ask(world.url, { ...nameOf(ACCOUNT), variables: { ids: [] }, operationName: 'Accounts' })
        expect(answer).toEqual({ data: { nodes: [] } })
      }
    })

    test.each(NAMES)('are run by %s where they change something', async (_name, nameOf) => {
      const { data } = await ask(world.url, nameOf(CREATE))
      expect(data.deleteMessage.__typename).toMatch(/Error$/)
    })

    test('are not found by another name', async () => {
      for (const name of [hashOf('nothing'), hashOf(WHO).toUpperCase(), '', '__proto__', 'constructor']) {
        expect(codesOf(await ask(world.url, { documentId: `sha256:${name}` }))).toEqual(['DOCUMENT_UNKNOWN'])
        const extensions = { persistedQuery: { version: 1, sha256Hash: name } }
        expect(codesOf(await ask(world.url, { extensions }))).toEqual(['DOCUMENT_UNKNOWN'])
      }
    })

    test('may be sent whole as well', async () => {
      expect(codesOf(await ask(world.url, { query: WHO }))).toEqual([])
      expect(codesOf(await ask(world.url, { query: WHO, ...NAMES[1]?.[1](WHO) }))).toEqual([])
    })

    test('have to make sense like all others', async () => {
      expect(codesOf(await ask(world.url, NAMES[0]?.[1](BROKEN) ?? {}))).toEqual(['GRAPHQL_PARSE_FAILED'])
    })

    test(`are ${only ? 'the only ones that are' : 'not the only ones that are'} taken`, async () => {
      for (const other of ['{ viewer { displayName } }', `${WHO} `, '{', '{ __schema { types { name } } }']) {
        const codes = codesOf(await ask(world.url, { query: other }))
        // The name of another document does not help.
        const disguised = codesOf(await ask(world.url, { query: other, ...NAMES[1]?.[1](WHO) }))
        for (const found of [codes, disguised]) {
          if (only) expect(found).toEqual(['DOCUMENT_NOT_ALLOWED'])
          else expect(found).not.toContain('DOCUMENT_NOT_ALLOWED')
        }
      }
    })
  })

  test('are listened to by an EventSource, which has no body', async () => {
    for (const payload of NAMES.map(([, nameOf]) => nameOf(LISTEN))) {
      const search = new URLSearchParams(
        Object.entries(payload).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      )
      const answer = await fetch(`${world.url}?${search}`, { headers: { accept: 'text/event-stream' } })
      expect(answer.headers.get('content-type')).toContain('text/event-stream')
      await answer.body?.cancel()
    }
    const stream = await openEventSource(world.url, LISTEN)
    expect(await stream.next()).toMatchObject({ event: 'next' })
  })
})

describe('the file of documents', () => {
  const problemsOf = (documents: unknown): readonly string[] => {
    const accounts = [{ key: 'a', provider: 'chatwoot', accountId: 5, token: 'x' }]
    try {
      readConfig(
        { accounts, documents },
        { environment: {}, readSecret: clearSecrets, directory: folder, source: 'it' },
      )
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path}: ${message}`)
      throw error
    }
    return []
  }

  test('is found beside the configuration', () => {
    writeFileSync(join(folder, 'documents.json'), JSON.stringify(named(WHO)))
    expect(problemsOf({ file: 'documents.json' })).toEqual([])
    expect(problemsOf({ file: 'documents.json', only: true })).toEqual([])
  })

  const NO_FILE = /^documents\.file: expected a JSON file that gives each document by its SHA-256/
  test.each([
    ['is not there', () => ({ file: 'nowhere.json' }), NO_FILE],
    ['is not JSON', () => ({ file: writeDocuments('{') }), NO_FILE],
    ['is a list', () => ({ file: writeDocuments([WHO]) }), NO_FILE],
    ['has names that are no hashes', () => ({ file: writeDocuments({ who: WHO }) }), /^documents\.file/],
    ['has a document that is none', () => ({ file: writeDocuments({ [hashOf(WHO)]: 1 }) }), /^documents\.file/],
    [
      'gives a document a name of another',
      () => ({ file: writeDocuments({ ...named(ACCOUNT), [hashOf(LISTEN)]: WHO }) }),
      new RegExp(`^documents\\.file: the SHA-256 of this document is not its name: ${hashOf(LISTEN)}$`),
    ],
    ['is not named', () => ({ only: true }), /^documents\.file: expected text, found nothing$/],
    ['is said with more than there is to say', () => ({ file: 'documents.json', all: 1 }), /^documents\.all: /],
  ])('is refused at the start where it %s', (_what, documents, problem) => {
    expect(problemsOf(documents())).toEqual([expect.stringMatching(problem)])
  })
})
