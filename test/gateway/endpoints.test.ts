import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ActingStage } from '../support/acting-stage.ts'
import { tabulateActs } from '../support/acts-table.ts'
import { VENDORS, type VendorName } from '../support/world.ts'
import { type RunningDemo, startDemoGateway } from './demo-gateway.ts'

// The file that is sent by URL is served on loopback, where no account may look otherwise.
vi.mock('../../providers/kit/public-address.ts', () => ({ isPublicAddress: () => true }))

let demo: RunningDemo

beforeAll(async () => {
  demo = await startDemoGateway()
  for (const vendor of VENDORS) await readAll(new ActingStage(vendor, demo, ''))
  await actInGroup(new ActingStage('cometchat', demo, ''))
  await openAll(new ActingStage('bird', demo, ''))
  await tabulateActs(demo)
}, 120_000)
afterAll(() => demo.close())

describe.each(VENDORS)('every endpoint that README.md names for %s', (vendor) => {
  it('is reached', async () => {
    const asked = await requestsOf(vendor)
    const named = endpointsOf(vendor)
    expect(named.length).toBeGreaterThan(15)
    expect(named.filter((endpoint) => !asked.some((request) => patternOf(endpoint).test(request)))).toEqual([])
  })

  it('are all that are asked', async () => {
    const patterns = endpointsOf(vendor).map(patternOf)
    const others = (await requestsOf(vendor)).filter((request) => !patterns.some((pattern) => pattern.test(request)))
    expect([...new Set(others)].filter((request) => !UNNAMED.test(request))).toEqual([])
  })
})

/** Whose token it is, the socket, and where Bird has files put. */
const UNNAMED = /\/profile$|\/cable$|^POST \/upload-storage$/

/** Everything that queries tell. */
async function readAll(stage: ActingStage): Promise<void> {
  const account = await stage.account()
  const rooms = await stage.client.conversations(stage.vendor)
  const ids = [rooms.find(({ kind }) => kind === 'GROUP')?.id, rooms.find(({ kind }) => kind !== 'GROUP')?.id]
  for (const id of ids) {
    if (id === undefined) continue
    const { data } = await stage.ask(READ, { id })
    const people: readonly any[] = data.conversation.participants.nodes.map(({ person }: any) => person)
    const messages: readonly any[] = data.conversation.messages.nodes
    for (const one of [...people.slice(0, 5), ...messages.slice(-1)]) await stage.ask(NODE, { id: one.id })
    await stage.ask(BY_EXTERNAL_ID, { account: account.id, externalId: data.conversation.externalId })
  }
  await stage.ask(ACCOUNT, { id: account.id })
  await stage.ask('{ viewer { unread { conversations messages } } }')
  await stage.ask(PENDING_AND_MARKED, { id: account.id })
  for (const { id } of await botsAt(stage, account.id)) await stage.ask(NODE, { id })
}

async function botsAt(stage: ActingStage, id: string): Promise<readonly any[]> {
  const { data } = await stage.ask(
    'query ($id: ID!) { conversations(first: 100, filter: { accountIds: [$id] }) { nodes { assignee { id kind } } } }',
    { id },
  )
  return data.conversations.nodes.flatMap(({ assignee }: any) => (assignee?.kind === 'BOT' ? [assignee] : []))
}

const READ = `query ($id: ID!) { conversation(id: $id) {
  externalId
  messages(last: 2) { nodes { id } }
  participants(first: 50) { nodes { person { id } } }
} }`
const NODE = 'query ($id: ID!) { node(id: $id) { id } }'
const BY_EXTERNAL_ID = `query ($account: ID!, $externalId: String!) {
  conversationByExternalId(accountId: $account, externalId: $externalId) { id }
}`
const PENDING_AND_MARKED = `query ($id: ID!) {
  conversations(filter: { accountIds: [$id], labelsAny: ["vip"], statuses: [OPEN, PENDING] }) { nodes { id } }
}`
const ACCOUNT = `query ($id: ID!) { node(id: $id) { ... on Account {
  agents { id } teams { id } labels { name } channels { id }
  people(first: 2) { nodes { id } }
  found: people(first: 2, search: "grace") { nodes { id } }
} } }`

/** What the table of acts does in conversations of two. */
async function actInGroup(stage: ActingStage): Promise<void> {
  const { id: conversationId } = await stage.pick(({ kind }, { people }) => kind === 'GROUP' && people.length > 20)
  const upTo = { latest: true }
  await stage.client.act('markRead', { conversationId, upTo })
  await stage.client.act('markDelivered', { conversationId, upTo })
  await stage.client.act('markUnread', { conversationId })
  await stage.client.act('updateConversation', { conversationId, setLabels: ['vip'] })
  await stage.client.act('deleteConversation', { conversationId, scope: 'FOR_ME' })
}

/** Opens what is closed until the contact has another one open. */
async function openAll(stage: ActingStage): Promise<void> {
  const rooms = await stage.client.conversations(stage.vendor)
  for (const { id } of rooms.filter(({ status }) => status === 'CLOSED')) {
    const answer = await stage.client.act('updateConversation', { conversationId: id, status: 'OPEN' })
    if (answer.__typename === 'ConflictError') return
  }
  throw new Error('nobody has two conversations')
}

/** Without what every path begins with, and without queries. */
async function requestsOf(vendor: VendorName): Promise<readonly string[]> {
  const answer = await fetch(`${demo.emulatorUrls[vendor]}/__control/requests`)
  const { requests } = (await answer.json()) as any
  const root = /^(\/v3|\/api\/v1\/accounts\/\d+|\/workspaces\/[^/]+)/
  return requests.map(({ method, path }: any) => `${method} ${path.split('?')[0].replace(root, '')}`)
}

function patternOf(endpoint: string): RegExp {
  return new RegExp(`^${endpoint.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

/** In the section of that vendor, which begins with its name. */
function endpointsOf(vendor: VendorName): readonly string[] {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, tables = ''] = /<!-- endpoints -->(.*)<!-- \/endpoints -->/s.exec(text) ?? []
  const section = tables.split(/^(?=\w+, under )/m).find((part) => part.toLowerCase().startsWith(vendor)) ?? ''
  return [...section.matchAll(/^\| `([A-Z]+ [^`]+)`/gm)].map(([, endpoint]) => endpoint ?? '')
}
