import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ConversationRef, Provider } from '../../providers/port/index.ts'
import type { LoggedEvent } from '../../src/events/logged-event.ts'
import { createReconcile, type ReconcileOptions } from '../../src/events/reconcile.ts'
import { startBirdWorkspace } from '../support/bird-workspace.ts'
import { type ChatwootAccount, startChatwootAccount } from '../support/chatwoot-account.ts'
import { conversationRef, openBackground } from './background-world.ts'
import { ManualClock } from './manual-clock.ts'

describe('reconciling', () => {
  it('finds messages of which nobody told, once', async () => {
    const { chatwoot, reconcile, told, talk } = await openChatwoot()
    await chatwoot.act('say', { conversation: talk.id, person: talk.people[0], text: 'Nobody told of this' })
    await reconcile.run()
    await reconcile.run()
    const added = (await told()).filter((event) => event.type === 'message-added' && event.message.kind === 'text')
    expect(added).toMatchObject([{ origin: 'reconcile', message: { text: 'Nobody told of this' } }])
  })

  it('finds all that was said in one conversation, however many pages it is, also behind what was heard since', async () => {
    const { chatwoot, reconcile, told, talk, reread, ingest, backgroundCall } = await openChatwoot()
    const texts = await sayMany(chatwoot, talk, 100)
    const conversation = conversationRef('support', talk.id)
    const [last] = (await chatwoot.provider.listMessages(conversation, newest(1), backgroundCall(never))).rows
    const heard = {
      type: 'message-saved',
      message: last!.item,
      isNew: true,
      audience: 'public',
      occurredAt: null,
    } as const
    await ingest('support', { deliveryId: null, events: [{ ...heard, conversation }], nudges: [] }, 'webhook')
    await reconcile.run()
    expect(addedIn(await told()).toSorted()).toEqual(texts.toSorted())
    const more = await sayMany(chatwoot, talk, 70)
    const { events, readAt, isCutShort } = await reread({ conversation }, backgroundCall(never))
    await ingest('support', { deliveryId: null, events, nudges: [] }, 'webhook', readAt)
    expect(addedIn(await told()).slice(100)).toEqual(more)
    expect(isCutShort).toBe(false)
  })

  it('says that more was missed where that is more than can be read, once', async () => {
    const { chatwoot, reconcile, told, talk } = await openChatwoot({ watchesTalk: true })
    await sayMany(chatwoot, talk, 330)
    await reconcile.run()
    await reconcile.run()
    const events = await told()
    expect(events.filter(({ type }) => type === 'events-lost')).toMatchObject([
      { conversation: { native: talk.id }, isOfAccount: false, origin: 'reconcile' },
    ])
    expect(addedIn(events).length).toBeGreaterThanOrEqual(300)
  })

  it('says so of the account where more conversations moved than can be looked into', async () => {
    const { chatwoot, told, account, log, clock, ...parts } = await openChatwoot()
    const { rows } = await chatwoot.provider.listConversations(
      {},
      { limit: 25, after: null },
      parts.backgroundCall(never),
    )
    // As if there were no end of conversations that moved.
    const listConversations: Provider['listConversations'] = async () => ({ ...endless, rows: rows.slice(0, 2) })
    const endless = { hasMore: true, complete: true, unsupported: [], frontier: null }
    const provider = new Proxy(chatwoot.provider, {
      get: (real: any, name) => (name === 'listConversations' ? listConversations : real[name].bind(real)),
    })
    const [mark] = await log.recall(account, ['reconcile'])
    const old = { sortKey: '', newestAt: new Date(0) }
    const remember = [{ key: 'reconcile', expectedVersion: mark!.version, value: old }]
    await log.commit(account, { deliveryId: null, remember, append: [], nudges: [] })
    const other = createReconcile({ ...parts, ...watching, account, log, clock, provider })
    onTestFinished(() => other.close())
    await other.run()
    expect((await told()).filter(({ type }) => type === 'events-lost')).toMatchObject([
      { conversation: { native: rows[1]?.item.conversation.ref.native }, isOfAccount: true },
    ])
  })

  it('begins without news: what stood before is not told', async () => {
    const { told } = await openChatwoot()
    expect(await told()).toEqual([])
  })

  it('finds that our side has read, of which Chatwoot never tells', async () => {
    const { chatwoot, reconcile, told, talk } = await openChatwoot({ watchesTalk: true })
    await chatwoot.act('say', { conversation: talk.id, person: talk.people[0], text: 'Look at this' })
    await reconcile.run()
    const { people } = await chatwoot.state()
    const agent = people.find(({ id }) => id.startsWith('user'))?.id
    await chatwoot.act('read', { conversation: talk.id, person: agent })
    await reconcile.run()
    await reconcile.run()
    const moved = (await told()).filter((event) => event.type === 'horizon-moved' && event.horizon.holder === 'team')
    expect(moved.at(-1)).toMatchObject({
      origin: 'reconcile',
      audience: 'internal',
      movedBack: false,
      horizon: { kind: 'read' },
    })
  })

  it('finds that our side has read, also where nobody listens to that conversation alone', async () => {
    const { chatwoot, reconcile, told, backgroundCall } = await openChatwoot()
    const { rows } = await chatwoot.provider.listConversations({}, { limit: 25, after: null }, backgroundCall(never))
    const { ref } = rows[9]!.item.conversation
    const { people } = await chatwoot.state()
    const agent = people.find(({ id }) => id.startsWith('user'))?.id
    await chatwoot.act('read', { conversation: ref.native, person: agent })
    await reconcile.run()
    await reconcile.run()
    const moved = (await told()).filter((event) => event.type === 'horizon-moved' && event.horizon.holder === 'team')
    expect(moved).toMatchObject([{ conversation: ref, audience: 'internal', origin: 'reconcile' }])
  })

  it('finds messages of which Bird never told', async () => {
    const bird = await startBirdWorkspace()
    onTestFinished(() => bird.close())
    const [talk] = (await bird.state()).conversations
    const { reconcile, told } = await open('shop', bird.provider, [conversationRef('shop', talk!.id)])
    await bird.act('say', { conversation: talk!.id, person: talk!.people[0], text: 'Nobody told of this' })
    await reconcile.run()
    const added = (await told()).filter(({ type }) => type === 'message-added')
    expect(added).toMatchObject([{ origin: 'reconcile', message: { text: 'Nobody told of this' } }])
  })

  it('goes on after a minute or so while somebody listens, and rests while nobody does', async () => {
    let isListening = false
    const { chatwoot, clock } = await openChatwoot({ isListening: () => isListening })
    await chatwoot.requests()
    clock.advance(72_000)
    expect(await chatwoot.requests()).toEqual([])
    isListening = true
    clock.advance(72_000)
    await vi.waitFor(async () => expect(await chatwoot.requests()).not.toEqual([]))
  })

  it('is done by one of several instances, and by each when something may have been missed', async () => {
    const { chatwoot, clock, reconcile, watched, ...parts } = await openChatwoot({ watchesTalk: true })
    const other = createReconcile({ ...parts, ...watching, clock, watched })
    onTestFinished(() => other.close())
    await other.run()
    const rounds = async (act: () => unknown) => {
      await chatwoot.requests()
      await act()
      await vi.waitFor(() => expect(clock.waiting).toHaveLength(2), { timeout: 5_000 })
      const requests = await chatwoot.requests()
      return Object.groupBy(requests, (line) => (line.includes('/conversations?') ? 'walks' : 'reads'))
    }
    const both = await rounds(() => Promise.all([reconcile.run(), other.run()]))
    const timed = await rounds(() => clock.advance(72_000))
    expect(both.walks).toHaveLength(2)
    expect(timed.walks).toHaveLength(1)
    expect(timed.reads?.length).toBe(both.reads!.length / 2)
  })

  it('spends no more calls than it is allowed in a minute', async () => {
    const { chatwoot, reconcile, failures } = await openChatwoot({ watchAll: true, callsPerMinute: 6 })
    await chatwoot.requests()
    for (let round = 0; round < 5; round += 1) await reconcile.run()
    expect((await chatwoot.requests()).length).toBeLessThanOrEqual(6)
    expect(failures).toEqual([])
  })

  it('never runs twice at once: who asks during a round shares the next', async () => {
    const { chatwoot, reconcile } = await openChatwoot()
    await chatwoot.requests()
    await reconcile.run()
    const once = (await chatwoot.requests()).length
    await Promise.all([reconcile.run(), reconcile.run(), reconcile.run(), reconcile.run()])
    expect((await chatwoot.requests()).length).toBe(2 * once)
  })

  it('ends at once when it is closed', async () => {
    const { chatwoot, reconcile, clock } = await openChatwoot()
    await chatwoot.act('misbehave', { how: 'hang', times: 10 })
    const round = reconcile.run()
    await reconcile.close()
    await round
    expect(clock.waiting).toEqual([])
  })
})

const never = new AbortController().signal
const newest = (limit: number) => ({ limit, from: null, direction: 'older' }) as const
const watching = { isListening: () => true, watched: () => [], callsPerMinute: 3_000, random: () => 0.5 }

async function sayMany(chatwoot: ChatwootAccount, talk: Talk, count: number): Promise<readonly string[]> {
  const texts = Array.from({ length: count }, (_, index) => `Word ${performance.now()} ${index}`)
  for (const text of texts) await chatwoot.act('say', { conversation: talk.id, person: talk.people[0], text })
  return texts
}

type Talk = { readonly id: string; readonly people: readonly string[] }

function addedIn(events: readonly LoggedEvent[]): readonly (string | null)[] {
  const added = events.filter((event) => event.type === 'message-added' && event.message.kind === 'text')
  return added.map((event) => (event.type === 'message-added' ? event.message.text : null))
}

async function openChatwoot(options: Partial<ReconcileOptions> & { watchAll?: boolean; watchesTalk?: boolean } = {}) {
  const chatwoot = await startChatwootAccount()
  onTestFinished(() => chatwoot.close())
  const { conversations } = await chatwoot.state()
  const looked = options.watchAll ? conversations : options.watchesTalk ? conversations.slice(0, 1) : []
  const watched = looked.map(({ id }) => conversationRef('support', id))
  return { chatwoot, talk: conversations[0]!, ...(await open('support', chatwoot.provider, watched, options)) }
}

/** After the first round. */
async function open(
  account: string,
  provider: Provider,
  watched: readonly ConversationRef[],
  options: Partial<ReconcileOptions> = {},
) {
  const background = openBackground(account, provider)
  const clock = new ManualClock()
  const reconcile = createReconcile({
    ...background,
    clock,
    isListening: () => true,
    watched: () => watched,
    callsPerMinute: 3_000,
    random: () => 0.5,
    ...options,
  })
  onTestFinished(() => reconcile.close())
  await reconcile.run()
  return { ...background, clock, reconcile, watched: () => watched }
}
