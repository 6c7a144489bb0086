import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { findRoom } from '../support/listening.ts'
import { startWorld, VENDORS, type VendorName, type World } from '../support/world.ts'
import { startApollo } from './apollo.ts'
import type { CachingClient } from './caching-client.ts'
import { startUrql } from './urql.ts'

const CLIENTS = { 'Apollo Client': startApollo, 'urql with Graphcache': startUrql }
const VOICES = ['warn', 'error', 'info', 'log', 'debug'] as const
const SOON = { timeout: 10_000, interval: 10 }

let world: World
let schema: IntrospectionQuery
let accounts: Readonly<Record<VendorName, string>>

beforeAll(async () => {
  world = await startWorld({ events: true, now: new Date() })
  schema = (await world.ask(getIntrospectionQuery())).data
  const { data } = await world.ask('{ accounts { id key } }')
  accounts = Object.fromEntries(data.accounts.map(({ id, key }: any) => [key, id])) as Record<VendorName, string>
})
afterAll(() => world.close())

let complaints: readonly ReturnType<typeof vi.spyOn>[]

beforeEach(() => {
  complaints = VOICES.map((voice) => vi.spyOn(console, voice).mockImplementation(() => {}))
})
afterEach(() => {
  const said = complaints.flatMap(({ mock }) => mock.calls)
  vi.restoreAllMocks()
  expect(said).toEqual([])
})

const rowsOf = ({ conversations }: any): any[] => conversations.edges.map(({ node }: any) => node)
const messagesOf = ({ conversation }: any): any[] => conversation.messages.edges.map(({ node }: any) => node)
const textsOf = (data: any) => messagesOf(data).map(({ text }) => text)
const newest = (data: any) => messagesOf(data).at(-1)
const participantsOf = ({ conversation }: any): any[] => conversation.participants.edges.map(({ node }: any) => node)
const isOpen = ({ kind, status }: any) => kind !== 'GROUP' && (status ?? 'OPEN') === 'OPEN'

describe.each(Object.entries(CLIENTS))('%s', (name, start) => {
  let client: CachingClient

  beforeEach(() => {
    client = start(world, schema)
    onTestFinished(() => client.close())
  })

  const called = (what: string) => `${name.split(' ')[0]}-${what}`
  const soon = (fact: () => void) => vi.waitFor(fact, SOON)

  /** The inbox of one account, and a conversation of it opened. */
  async function open(vendor: VendorName, fits: (row: any) => boolean = isOpen) {
    const inbox = await client.watch('Inbox', { first: 50, filter: { accountIds: [accounts[vendor]] } })
    const found = rowsOf(inbox.shown()).find(fits)
    expect(found, `a conversation of ${vendor}`).toBeDefined()
    const { id } = found
    const conversation = await client.watch('Conversation', { id, last: 5 })
    return { id, inbox, conversation, row: () => rowsOf(inbox.shown()).find((row) => row.id === id) }
  }

  /** Does something once, and sees that nothing else was asked for. */
  async function act(operation: string, input: object, variables: object = {}): Promise<any> {
    const before = client.asked()
    const payload = await client.mutate(operation, { input, ...variables })
    expect(payload.__typename, JSON.stringify(payload)).toMatch(/Success$/)
    expect(client.asked() - before).toBe(1)
    return payload
  }

  /** Listens to what happens to one conversation, from now on. */
  async function listen(id: string): Promise<readonly any[]> {
    const items = client.listen('ConversationEvents', { filter: { conversationIds: [id] } })
    await soon(() => expect(items.map(({ __typename }) => __typename)).toContain('CaughtUp'))
    return items
  }

  it('shows lists page by page as one list', async () => {
    const inbox = await client.watch('Inbox', { first: 4 })
    await inbox.more({ after: inbox.shown().conversations.pageInfo.endCursor })
    await soon(() => expect(rowsOf(inbox.shown())).toHaveLength(8))
    const rows = rowsOf(inbox.shown())
    expect(new Set(rows.map(({ id }) => id)).size).toBe(8)
    expect(rows).toEqual(rows.toSorted((one, other) => other.lastActivityAt.localeCompare(one.lastActivityAt)))

    const { conversation } = await open('chatwoot')
    await conversation.more({ before: conversation.shown().conversation.messages.pageInfo.startCursor })
    await soon(() => expect(messagesOf(conversation.shown()).length).toBeGreaterThan(5))
    const keys = messagesOf(conversation.shown()).map(({ sortKey }) => sortKey)
    expect(keys).toEqual([...new Set(keys)].toSorted())
  })

  it.each(VENDORS)('shows what it sent at %s wherever that belongs, once', async (vendor) => {
    const { id, conversation, row } = await open(vendor)
    const items = await listen(id)
    const text = called(`says hello to ${vendor}`)
    const input = { conversationId: id, clientMessageId: called(vendor), text }
    await act('SendMessage', input)
    await soon(() => expect([newest(conversation.shown()).text, row().lastMessage.text]).toEqual([text, text]))
    await soon(() => expect(items.map(({ messageEdge }) => messageEdge?.node.text)).toContain(text))
    await act('SendMessage', input)
    expect(textsOf(conversation.shown()).filter((each) => each === text)).toEqual([text])
  })

  it('shows what others say and read as soon as it is told', async () => {
    const { room, isIt } = await hear('cometchat', called('calls'))
    const { id, conversation, row } = await open('cometchat', isIt)
    const people = await client.watch('Participants', { id, first: 10 })
    await listen(id)
    const before = client.asked()
    const text = called('hears')
    await world.control('cometchat', 'say', { ...room, text })
    await soon(() => expect([newest(conversation.shown()).text, row().lastMessage.text]).toEqual([text, text]))
    expect(newest(conversation.shown()).sender.isViewer).toBe(false)

    const { message } = await world.control('cometchat', 'say', { ...room, person: 'nora', text: called('answers') })
    await world.control('cometchat', 'read', { ...room, upTo: message })
    const peer = () => participantsOf(people.shown()).find(({ person }) => !person.isViewer)
    const answered = () => messagesOf(conversation.shown()).find((each) => each.text === called('answers'))
    await soon(() => expect(peer().readHorizon.sortKey >= answered().sortKey).toBe(true))
    expect(client.asked()).toBe(before)
  })

  it('shows where a single message got to as soon as it is told', async () => {
    const { room, isIt } = await hear('bird', called('asks'))
    const { id, conversation } = await open('bird', isIt)
    const items = client.listen('ReceiptsChanged', { conversationIds: [id] })
    await soon(() => expect(items.map(({ __typename }) => __typename)).toContain('CaughtUp'))
    const text = called('is delivered')
    await act('SendMessage', { conversationId: id, clientMessageId: called('delivered'), text })
    await soon(() => expect(newest(conversation.shown())).toMatchObject({ text, delivery: { state: 'SENT' } }))
    const before = client.asked()
    await world.control('bird', 'receive', room)
    await soon(() => expect(newest(conversation.shown())).toMatchObject({ text, delivery: { state: 'DELIVERED' } }))
    expect(client.asked()).toBe(before)
  })

  it('shows that it read', async () => {
    const { isIt } = await hear('cometchat', called('unread'))
    const { id, row } = await open('cometchat', isIt)
    expect(row().viewerState.unreadCount).toBeGreaterThan(0)
    const people = await client.watch('Participants', { id, first: 10 })
    await act('MarkRead', { conversationId: id, upTo: { latest: true } })
    await soon(() => expect(row().viewerState).toMatchObject({ unreadCount: 0, isUnread: false }))
    const own = participantsOf(people.shown()).find(({ person }) => person.isViewer)
    expect(own.readHorizon.upToMessageId).toBe(row().lastMessage.messageId)
  })

  it('shows what it changed of a conversation', async () => {
    const { id, conversation, row } = await open('chatwoot')
    const { data } = await world.ask('{ accounts { key agents { id } } }')
    const assigneeId = data.accounts.find(({ key }: any) => key === 'chatwoot').agents[0].id
    const setLabels = ['gift', 'vip']
    const changed = { status: 'PENDING', priority: 'URGENT', assignee: { id: assigneeId } }
    const input = { conversationId: id, status: 'PENDING', priority: 'URGENT', assigneeId, setLabels }
    await act('UpdateConversation', input)
    await soon(() => expect([row(), conversation.shown().conversation]).toMatchObject([changed, changed]))
    expect(row().labels.toSorted()).toEqual(setLabels)
    const featured = row().featuredParticipants.length
    const cleared = { status: 'OPEN', priority: null, assigneeId: null, setLabels: [] }
    await act('UpdateConversation', { conversationId: id, ...cleared })
    await soon(() => expect(row()).toMatchObject({ status: 'OPEN', priority: null, assignee: null, labels: [] }))
    expect(row().featuredParticipants.length).toBeLessThan(featured)
  })

  it('shows what it edited and what it took back', async () => {
    const { id, conversation, row } = await open('cometchat')
    const attachments = [{ url: 'https://files.example.com/receipt.pdf' }]
    await act('SendMessage', {
      conversationId: id,
      clientMessageId: called('edit'),
      text: called('first'),
      attachments,
    })
    await soon(() => expect(newest(conversation.shown()).text).toBe(called('first')))
    const messageId = newest(conversation.shown()).id
    await act('EditMessage', { messageId, text: called('second') })
    await soon(() => expect(newest(conversation.shown())).toMatchObject({ id: messageId, text: called('second') }))
    expect(newest(conversation.shown()).editedAt).not.toBeNull()
    const { deletedMessageId } = await act('DeleteMessage', { messageId })
    expect(deletedMessageId).toBe(messageId)
    await soon(() => expect(newest(conversation.shown())).toMatchObject({ id: messageId, isDeleted: true }))
    expect(row().lastMessage.messageId).toBe(messageId)
  })

  it('puts a conversation that it began into the list, and takes one out that it deleted', async () => {
    const inbox = await client.watch('Inbox', { first: 5 })
    const channels = await world.ask('{ accounts { key channels { id type } people(first: 5) { nodes { id } } } }')
    const bird = channels.data.accounts.find(({ key }: any) => key === 'bird')
    const { conversationEdge } = await act('StartConversation', {
      accountId: accounts.bird,
      channelId: bird.channels[0].id,
      clientMessageId: called('start'),
      with: [{ personId: bird.people.nodes[0].id }],
      title: called('begins'),
    })
    const { id } = conversationEdge.node
    await soon(() => expect(rowsOf(inbox.shown())[0].id).toBe(id))
    const before = rowsOf(inbox.shown()).length
    await act('DeleteConversation', { conversationId: id, scope: 'FOR_EVERYONE' })
    await soon(() => expect(rowsOf(inbox.shown())).toHaveLength(before - 1))
    expect(rowsOf(inbox.shown()).map((row) => row.id)).not.toContain(id)
  })

  it.each(['chatwoot', 'bird'] as const)('shows at %s who came and who went', async (vendor) => {
    const { id } = await open(vendor)
    const people = await client.watch('Participants', { id, first: 10 })
    const shown = () => participantsOf(people.shown()).map(({ person }) => person.id)
    const present = shown()
    const { data } = await world.ask('{ accounts { key agents { id } people(first: 10) { nodes { id } } } }')
    const { agents, people: contacts } = data.accounts.find(({ key }: any) => key === vendor)
    const candidates: any[] = vendor === 'chatwoot' ? agents : contacts.nodes
    const newcomer = candidates.find((person) => !present.includes(person.id)).id
    await act('ChangeParticipants', { conversationId: id, add: [{ personId: newcomer }] }, { first: 10 })
    await soon(() => expect(shown()).toContain(newcomer))
    await act('ChangeParticipants', { conversationId: id, remove: [newcomer] }, { first: 10 })
    await soon(() => expect(shown().toSorted()).toEqual(present.toSorted()))
  })

  it('keeps the whole text where a preview has only its beginning', async () => {
    const text = `${called('says a lot')}: ${'and so on '.repeat(30)}`.trim()
    const { isIt } = await hear('bird', text)
    const { id, conversation } = await open('bird', isIt)
    const again = await client.watch('Inbox', { first: 51, filter: { accountIds: [accounts.bird] } })
    const { lastMessage } = rowsOf(again.shown()).find((row) => row.id === id)
    expect(lastMessage).toMatchObject({ isTruncated: true, messageId: newest(conversation.shown()).id })
    expect(lastMessage.text.length).toBeLessThan(text.length)
    expect(newest(conversation.shown()).text).toBe(text)
  })
})

/** Has a customer say something, and waits until it is in the inbox: which room that is, and which row. */
async function hear(vendor: VendorName, text: string) {
  const { id, customer } = await findRoom(world, vendor)
  const room = { conversation: id, person: customer }
  await world.control(vendor, 'say', { ...room, text })
  const found = await vi.waitFor(async () => {
    const rows = await newestRows(vendor)
    expect(rows[0].lastMessage.text).toBe(text.slice(0, rows[0].lastMessage.text.length))
    return rows[0]
  }, SOON)
  return { room, isIt: (row: any) => row.id === found.id }
}

async function newestRows(vendor: VendorName): Promise<any[]> {
  const query = `query ($accounts: [ID!]) {
    conversations(first: 1, filter: { accountIds: $accounts }) { nodes { id lastMessage { text } } }
  }`
  const { data } = await world.ask(query, { accounts: [accounts[vendor]] })
  return data.conversations.nodes
}
