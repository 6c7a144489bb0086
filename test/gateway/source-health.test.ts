import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { openLiveStream } from '../support/live-stream.ts'
import { startTestWorld, VENDORS } from '../support/world.ts'

const HEALTH = `subscription ($filter: EventFilter) {
  conversationEvents(filter: $filter) {
    __typename
    ... on SourceHealthChanged { source { state code account { key } } }
  }
}`
const MESSAGES = `subscription { conversationEvents {
  __typename ... on MessageAdded { origin messageEdge { node { text } } }
} }`
const SOON = { timeout: 5_000, interval: 50 }
const INBOX = '{ conversations(first: 5) { sources { account { key } state } } }'

describe('SourceHealthChanged', () => {
  it.each(VENDORS)(
    'tells whoever listens that %s does not answer, and then that it does, once each',
    async (vendor) => {
      const world = await startTestWorld({ events: true })
      const stream = await openLiveStream(world, HEALTH, { filter: { kinds: ['SOURCE'] } })
      const isIn = (state: string) => (item: any) => item.source?.state === state
      await world.ask(INBOX)
      await world.ask(INBOX)
      expect(stream.of('SourceHealthChanged')).toEqual([])

      await world.control(vendor, 'misbehave', { how: 'status', status: 401, times: 1_000 })
      await world.ask(INBOX)
      await world.ask(INBOX)
      const told = await stream.first(isIn('UNAUTHENTICATED'))
      expect(told.source).toEqual({ state: 'UNAUTHENTICATED', code: 'PROVIDER_REJECTED', account: { key: vendor } })

      await world.control(vendor, 'misbehave', { how: 'status', times: 0 })
      await world.ask(INBOX)
      await world.ask(INBOX)
      await stream.first(isIn('OK'))
      expect(stream.of('SourceHealthChanged').map(({ source }) => [source.account.key, source.state])).toEqual([
        [vendor, 'UNAUTHENTICATED'],
        [vendor, 'OK'],
      ])
    },
  )

  it('is followed by a look for what was missed, once the account is well again', async () => {
    const world = await startTestWorld({ events: true, now: new Date() })
    const stream = await openLiveStream(world, MESSAGES)
    const { id, people } = (await world.state('cometchat')).conversations[0]!
    // Once all is quiet: the first round of looking is over.
    await vi.waitFor(async () => expect(await world.count(() => sleep(200))).toMatchObject({ cometchat: [] }), SOON)
    await world.control('cometchat', 'deliver-webhooks-to', { url: 'http://127.0.0.1:9' })
    await world.control('cometchat', 'say', { conversation: id, person: people[1], text: 'Nobody told of this' })
    await world.control('cometchat', 'misbehave', { how: 'status', status: 401, times: 1_000 })
    await world.ask(INBOX)
    await world.control('cometchat', 'misbehave', { how: 'status', times: 0 })
    expect(stream.of('MessageAdded')).toEqual([])
    await world.ask(INBOX)
    const { origin, messageEdge } = await stream.first(({ __typename }) => __typename === 'MessageAdded')
    expect([origin, messageEdge.node.text]).toEqual(['RECONCILE', 'Nobody told of this'])
  })

  it('is found out by what the gateway reads in the background, too', async () => {
    const world = await startTestWorld({ events: true })
    const stream = await openLiveStream(world, HEALTH, { filter: { kinds: ['SOURCE'] } })
    const { conversations } = await world.state('chatwoot')
    const [room] = conversations
    await world.control('chatwoot', 'misbehave', { how: 'status', status: 401, times: 1_000 })
    // Of what moved with it, the webhook says nothing: it has to be read.
    await world.control('chatwoot', 'read', { conversation: room?.id, person: room?.people[0] })
    const { source } = await stream.first(({ __typename }) => __typename === 'SourceHealthChanged')
    expect(source).toMatchObject({ state: 'UNAUTHENTICATED', account: { key: 'chatwoot' } })
  })
})
