import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type DefinitionNode, parse, type SelectionNode, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CAPABILITIES, type Capabilities, type Provider, type Support } from '../providers/port/index.ts'
import { schema } from '../schema/index.ts'
import { ActivityIndexedProvider } from '../src/events/activity-index.ts'
import { SnapshotStore } from '../src/events/snapshot-store.ts'
import { findVendor, vendorNames } from '../src/providers.ts'
import { type RunningDemo, startDemoGateway } from './gateway/demo-gateway.ts'

const README = new URL('../README.md', import.meta.url)
const BEGIN = '<!-- capabilities -->'
const END = '<!-- /capabilities -->'

/** What each provider's settings need at least; secrets are text by now. */
const ACCOUNTS: Readonly<Record<string, { readonly title: string; readonly settings: object }>> = {
  cometchat: { title: 'CometChat', settings: { appId: 'app', region: 'eu', apiKey: 'key', actAs: 'nora' } },
  chatwoot: { title: 'Chatwoot', settings: { accountId: '1', token: 'token' } },
  bird: { title: 'Bird', settings: { workspaceId: 'workspace', accessKey: 'key' } },
}

describe('README.md', () => {
  if (process.env.UPDATE_README) writeTable(renderTable(readAccounts()))

  test('has the table of capabilities that the adapters tell', () => {
    const [, table] = splitReadme()
    const message =
      'the table in README.md is not what the adapters tell: run UPDATE_README=1 npm test -- test/readme.test.ts'
    expect(table.trim() === renderTable(readAccounts()), message).toBe(true)
  })

  test('knows every provider', () => {
    expect(Object.keys(ACCOUNTS).toSorted()).toEqual([...vendorNames()].toSorted())
  })

  test('links to files that exist', () => {
    const links = [...readme().matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, path]) => path ?? '')
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter((path) => !existsSync(new URL(path, README)))).toEqual([])
  })
})

describe('the query in README.md', () => {
  let demo: RunningDemo

  beforeAll(async () => {
    demo = await startDemoGateway()
  })

  afterAll(() => demo.close())

  test('is one that the schema knows', () => {
    expect(validate(schema, parse(block('graphql')))).toEqual([])
  })

  test('is answered by the demo', async () => {
    const response = await fetch(demo.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: block('graphql') }),
    })
    const answer = await response.json()
    expect(answer).toMatchObject({ data: { conversations: { pageInfo: { hasNextPage: true } } } })
    expect(answer).not.toHaveProperty('errors')
  })

  test('asks for all that the answer beside it shows', () => {
    const asked = new Set(leaves(parse(block('graphql')).definitions))
    const shown = [...new Set(paths(JSON.parse(block('json')).data))]
    expect(shown.toSorted()).toEqual([...asked].toSorted())
  })
})

function readAccounts(): readonly { readonly title: string; readonly capabilities: Capabilities }[] {
  return vendorNames().map((name) => {
    const { title, settings } = ACCOUNTS[name] ?? { title: name, settings: {} }
    const provider = findVendor(name)?.create('example', settings)
    if (provider === undefined) throw new Error(`there is no vendor ${name}`)
    const capabilities = asInTheGateway(provider).capabilities({ kind: 'agent', person: null, credential: null }, null)
    return { title, capabilities }
  })
}

/** Without the walk in the background that the gateway would begin. */
function asInTheGateway(provider: Provider): Provider {
  if (provider.order !== 'created') return provider
  const store = new SnapshotStore(new DatabaseSync(':memory:'), 'example')
  const backgroundCall = () => {
    throw new Error('capabilities are told without a call')
  }
  return new ActivityIndexedProvider(provider, { store, backgroundCall })
}

function renderTable(accounts: ReturnType<typeof readAccounts>): string {
  const rows = CAPABILITIES.map((capability) => [
    `\`${capability}\``,
    ...accounts.map(({ capabilities }) => describeSupport(capabilities[capability])),
  ])
  const head = ['', ...accounts.map(({ title }) => title)]
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function describeSupport({ level, note }: Support): string {
  if (level === 'unsupported') return '–'
  return level === 'partial' && note ? `partial: ${note.replace(/\.$/, '')}` : level
}

function readme(): string {
  return readFileSync(README, 'utf8')
}

function splitReadme(): readonly [before: string, table: string, after: string] {
  const text = readme()
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`README.md needs the lines ${BEGIN} and ${END}`)
  return [text.slice(0, begin), text.slice(begin + BEGIN.length, end), text.slice(end)]
}

function writeTable(table: string): void {
  const [before, , after] = splitReadme()
  writeFileSync(README, `${before}${BEGIN}\n${table}\n${after}`)
}

/** The first block of code in that language. */
function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme())?.[1]
  if (found === undefined) throw new Error(`README.md has no block of ${language}`)
  return found
}

/** Where the values of an answer stand; nothing stands where there is null. */
function paths(value: unknown, at = ''): readonly string[] {
  if (value === null) return []
  if (Array.isArray(value)) return value.flatMap((item) => paths(item, at))
  if (typeof value !== 'object') return [at]
  return Object.entries(value).flatMap(([key, item]) => paths(item, `${at}.${key}`))
}

/** Where the values would stand that a document without fragments asks for. */
function leaves(nodes: readonly (DefinitionNode | SelectionNode)[], at = ''): readonly string[] {
  return nodes.flatMap((node) => {
    const path = node.kind === 'Field' ? `${at}.${node.name.value}` : at
    return 'selectionSet' in node && node.selectionSet ? leaves(node.selectionSet.selections, path) : [path]
  })
}
