import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { fence, findRoom, type Item, listen } from '../support/listening.ts'
import { startTestWorld, VENDORS, type VendorName } from '../support/world.ts'
import { ActingClient } from './acting-client.ts'

/** Marks and changes of which a listener is told, by what each provider has. */
const WITH_MARKS: readonly VendorName[] = ['cometchat', 'chatwoot']
const WITH_STATUS: readonly VendorName[] = ['chatwoot', 'bird']

it.each(VENDORS)(
  'who listens is told once of what another client does at %s, whatever its webhooks add',
  async (vendor) => {
    const world = await startTestWorld({ events: true, now: new Date() })
    const client = new ActingClient(world)
    const room = await findRoom(world, vendor)
    const { items, of } = await listen(world)
    await world.control(vendor, 'say', { conversation: room.id, person: room.customer, text: 'Is anybody there?' })
    await fence(world, vendor, room, items)
    const before = items.length
    const { id: conversationId } = await client.conversation(vendor, ({ externalId }) => externalId === room.id)

    if (WITH_MARKS.includes(vendor)) await succeed('markRead', { conversationId, upTo: { latest: true } })
    const kept = await say('We are')
    const gone = await say('Never mind')
    await succeed('deleteMessage', { messageId: gone })
    if (vendor === 'cometchat') await succeed('editMessage', { messageId: kept, text: 'We are here' })
    if (WITH_STATUS.includes(vendor)) await succeed('updateConversation', { conversationId, status: 'CLOSED' })
    // Elsewhere: what is said in a closed conversation may open it.
    await fence(world, vendor, await findRoom(world, vendor, room.id), items)

    const told = (type: string, fits: (item: Item) => boolean = () => true) =>
      of(type).filter((item) => items.indexOf(item) >= before && item.conversationId === conversationId && fits(item))
        .length
    expect(told('MessageAdded', ({ messageId }) => messageId === kept)).toBe(1)
    expect(told('MessageAdded', ({ messageId }) => messageId === gone)).toBe(1)
    expect(told('MessageDeleted', ({ messageId }) => messageId === gone)).toBe(1)
    if (vendor === 'cometchat') expect(told('MessageUpdated', ({ messageId }) => messageId === kept)).toBe(1)
    if (WITH_MARKS.includes(vendor)) {
      const marks = of('HorizonMoved').filter(({ origin, kind }) => origin === 'MUTATION' && kind === 'READ')
      // The team’s position, too, where an agent’s is one of them.
      const holders = marks.map(({ participant }) => JSON.stringify(participant))
      expect(holders.length).toBeGreaterThan(0)
      expect(new Set(holders).size).toBe(holders.length)
    }
    if (WITH_STATUS.includes(vendor))
      expect(told('ConversationChanged', ({ changedFields }) => String(changedFields).includes('STATUS'))).toBe(1)
    const ids = items.flatMap(({ eventId }) => eventId ?? [])
    expect(new Set(ids).size).toBe(ids.length)

    async function succeed(mutation: string, input: object, selection = ''): Promise<any> {
      const answer = await client.act(mutation, input, selection)
      expect(answer.__typename, JSON.stringify(answer)).toMatch(/Success$/)
      return answer
    }

    async function say(text: string): Promise<string> {
      const input = { conversationId, clientMessageId: randomUUID(), text }
      return (await succeed('sendMessage', input, 'messageEdge { node { id } }')).messageEdge.node.id
    }
  },
  40_000,
)
