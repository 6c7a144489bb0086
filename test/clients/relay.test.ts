import { readFileSync } from 'node:fs'
import { buildSchema, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRoom } from '../support/listening.ts'
import { openLiveStream } from '../support/live-stream.ts'
import { startWorld, VENDORS, type VendorName, type World } from '../support/world.ts'
import { type Compiled, compileForRelay } from './relay-compile.ts'

const SCHEMA = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'))

let world: World
let compiled: Compiled

beforeAll(async () => {
  compiled = await compileForRelay()
  world = await startWorld({ events: true, now: new Date() })
})
afterAll(() => world.close())

describe('the schema, by Relay’s conventions,', () => {
  const objects = Object.values(SCHEMA.getTypeMap()).filter(isObjectType)
  const named = (suffix: string) => objects.filter(({ name }) => name.endsWith(suffix))
  const typeOf = (type: (typeof objects)[number], field: string) => String(type.getFields()[field]?.type)

  it('calls nothing id but what is the key of a record among all records', () => {
    const keyed = objects.filter((type) => 'id' in type.getFields())
    expect(keyed.map((type) => typeOf(type, 'id'))).toEqual(keyed.map(() => 'ID!'))
    const others = keyed.filter((type) => type.getInterfaces().every(({ name }) => name !== 'Node'))
    expect(others.map(({ name }) => name).toSorted()).toEqual(['Attachment', 'Viewer'])
  })

  it('has lists of edges that are never null, each with a node and a cursor', () => {
    expect(named('Connection').length).toBeGreaterThan(4)
    for (const connection of named('Connection')) {
      const edge = connection.name.replace('Connection', 'Edge')
      expect(typeOf(connection, 'edges')).toBe(`[${edge}!]!`)
      expect(typeOf(connection, 'pageInfo')).toBe('PageInfo!')
    }
    for (const edge of named('Edge')) {
      expect(typeOf(edge, 'node')).toBe(`${edge.name.replace('Edge', '')}!`)
      expect(typeOf(edge, 'cursor')).toBe('String!')
    }
  })
})

describe('what the Relay compiler makes of the documents', () => {
  it('comes without an error and without a warning', () => {
    expect(compiled.said).toMatch(/Compilation completed/)
    expect(compiled.said).not.toMatch(/error|warn/i)
    expect(compiled.operations.size).toBeGreaterThan(14)
  })

  it.each(VENDORS)('reads %s page by page', async (vendor) => {
    const filter = { accountIds: [await accountOf(vendor)] }
    const { conversations } = await ask('inboxQuery', { count: 3, filter })
    const cursor = conversations.pageInfo.endCursor
    const next = await ask('inboxPaginationQuery', { count: 3, cursor, filter })
    const ids: string[] = [...conversations.edges, ...next.conversations.edges].map(({ node }) => node.id)
    expect(new Set(ids).size).toBe(6)
    for (const id of ids) {
      const { conversation } = await ask('conversationQuery', { id, count: 2 })
      const { hasPreviousPage, startCursor } = conversation.messages.pageInfo
      if (hasPreviousPage) await ask('conversationMessagesPaginationQuery', { id, count: 2, cursor: startCursor })
      const { endCursor } = conversation.participants.pageInfo
      const { node } = await ask('participantsPaginationQuery', { id, count: 2, cursor: endCursor })
      expect(node.__typename).toBe('Conversation')
    }
  })

  it('acts, and sees what came of it', async () => {
    const { conversations } = await ask('inboxQuery', {
      count: 1,
      filter: { accountIds: [await accountOf('cometchat')] },
    })
    const conversationId: string = conversations.edges[0].node.id
    const sent = await ask('sendMessageMutation', {
      input: { conversationId, clientMessageId: 'relay', text: 'hello' },
    })
    const messageId: string = sent.sendMessage.messageEdge.node.id
    expect(sent.sendMessage.conversation.lastMessage.messageId).toBe(messageId)
    const edited = await ask('editMessageMutation', { input: { messageId, text: 'goodbye' } })
    expect(edited.editMessage.message).toMatchObject({ id: messageId, text: 'goodbye' })
    const marked = await ask('markReadMutation', { input: { conversationId, upTo: { latest: true } } })
    expect(marked.markRead.conversation).toMatchObject({ id: conversationId, viewerState: { unreadCount: 0 } })
    const updated = await ask('updateConversationMutation', { input: { conversationId, setLabels: ['vip'] } })
    expect(updated.updateConversation.conversation.labels).toEqual(['vip'])
    const deleted = await ask('deleteMessageMutation', { input: { messageId } })
    expect(deleted.deleteMessage.deletedMessageId).toBe(messageId)
  })

  it('begins, changes and ends a conversation', async () => {
    const { data } = await world.ask('{ accounts { id key channels { id } people(first: 3) { nodes { id } } } }')
    const { id: accountId, channels, people } = data.accounts.find(({ key }: any) => key === 'bird')
    const [one, other] = people.nodes.map(({ id }: any) => ({ personId: id }))
    const input = { accountId, channelId: channels[0].id, clientMessageId: 'relay', with: [one] }
    const { startConversation } = await ask('startConversationMutation', { input })
    const conversationId: string = startConversation.conversationEdge.node.id
    const changed = await ask('changeParticipantsMutation', { input: { conversationId, add: [other] } })
    const { participants } = changed.changeParticipants
    expect(changed.changeParticipants.conversation.id).toBe(conversationId)
    const newcomer = participants.find(({ person }: any) => person.id === other?.personId)
    const gone = await ask('changeParticipantsMutation', { input: { conversationId, remove: [other?.personId] } })
    expect(gone.changeParticipants.removedParticipantIds).toEqual([newcomer.id])
    const deleted = await ask('deleteConversationMutation', { input: { conversationId, scope: 'FOR_EVERYONE' } })
    expect(deleted.deleteConversation).toMatchObject({ deletedConversationId: conversationId })
  })

  it('listens', async () => {
    const { conversations } = await ask('inboxQuery', { count: 10 })
    const conversationIds = conversations.edges.map(({ node }: any) => node.id)
    await openLiveStream(world, textOf('receiptsChangedSubscription'), { conversationIds })
    const { first } = await openLiveStream(world, textOf('conversationEventsSubscription'))
    const { id, customer } = await findRoom(world, 'chatwoot')
    await world.control('chatwoot', 'say', { conversation: id, person: customer, text: 'heard by Relay' })
    const { messageEdge } = await first((item) => item.messageEdge?.node.text === 'heard by Relay')
    expect(messageEdge.node.id).toMatch(/./)
  })
})

async function ask(operation: string, variables: object): Promise<any> {
  const { data, errors } = await world.ask(textOf(operation), variables)
  expect(errors, operation).toBeUndefined()
  return data
}

function textOf(operation: string): string {
  const text = compiled.operations.get(operation)
  if (text === undefined) throw new Error(`Relay made no ${operation}`)
  return text
}

async function accountOf(vendor: VendorName): Promise<string> {
  const { data } = await world.ask('{ accounts { id key } }')
  return data.accounts.find(({ key }: any) => key === vendor).id
}
