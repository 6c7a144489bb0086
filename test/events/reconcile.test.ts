import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ConversationRef, Provider } from '../../providers/port/index.ts'
import { createReconcile, type ReconcileOptions } from '../../src/events/reconcile.ts'
import { startBirdWorkspace } from '../support/bird-workspace.ts'
import { startChatwootAccount } from '../support/chatwoot-account.ts'
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
    callsPerMinute: 300,
    random: () => 0.5,
    ...options,
  })
  onTestFinished(() => reconcile.close())
  await reconcile.run()
  return { ...background, clock, reconcile }
}
