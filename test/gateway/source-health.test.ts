import { describe, expect, it } from 'vitest'
import { openLiveStream } from '../support/live-stream.ts'
import { startTestWorld, VENDORS } from '../support/world.ts'

const HEALTH = `subscription ($filter: EventFilter) {
  conversationEvents(filter: $filter) {
    __typename
    ... on SourceHealthChanged { source { state code account { key } } }
  }
}`
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
