import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Message, Nudge } from '../../providers/port/index.ts'
import { createNudgeWorker } from '../../src/events/nudges.ts'
import { type ChatwootAccount, callAs, startChatwootAccount } from '../support/chatwoot-account.ts'
import { conversationRef, openBackground } from './background-world.ts'
import { ManualClock } from './manual-clock.ts'

describe('nudges', () => {
  let chatwoot: ChatwootAccount
  let conversation: string
  let contact: string
  beforeAll(async () => {
    chatwoot = await startChatwootAccount()
    const { conversations } = await chatwoot.state()
    const [first] = conversations
    conversation = first!.id
    contact = first!.people[0]!
  })
  afterAll(() => chatwoot.close())

  function open(provider = chatwoot.provider) {
    const background = openBackground('support', provider)
    const clock = new ManualClock()
    const worker = createNudgeWorker({ ...background, clock })
    onTestFinished(() => worker.stop())
    const nudge = (nudge: Nudge, deliveryId: string | null = null) =>
      background.ingest('support', { deliveryId, events: [], nudges: [nudge] }, 'webhook')
    const left = () => background.log.takeNudges('support', 1)
    return { ...background, clock, worker, nudge, left }
  }

  const reread = (): Nudge => ({ type: 'reread', conversation: conversationRef('support', conversation), around: [] })

  it('of one burst become one read, and its news is told once', async () => {
    const { clock, worker, nudge, told } = open()
    await chatwoot.act('say', { conversation, person: contact, text: 'Is anybody there?' })
    await chatwoot.requests()
    for (let number = 0; number < 500; number += 1) await nudge(reread(), `delivery ${number}`)
    worker.poke()
    clock.advance(200)
    await vi.waitFor(async () => expect(await told()).not.toEqual([]))
    const requests = await chatwoot.requests()
    expect(requests.length).toBeLessThanOrEqual(5)
    const added = (await told()).filter((event) => event.type === 'message-added' && event.message.kind === 'text')
    expect(added).toMatchObject([{ origin: 'webhook', message: { text: 'Is anybody there?' } }])
  })

  it('about messages on a channel with positions tell of those which a bridge reported, and not of those a position says', async () => {
    const { reread, ingest, backgroundCall, told } = open()
    const { api, sent, people } = await openApiInbox()
    const person = { native: people[0] }
    const look = async () => {
      const answer = await reread({ conversation: api, around: sent }, backgroundCall(AbortSignal.timeout(8_000)))
      await ingest('support', { deliveryId: null, events: answer.events, nudges: [] }, 'webhook', answer.readAt)
    }
    const moves = async () => (await told()).filter(({ type }) => /^(delivery-changed|horizon-moved)$/.test(type))
    await look()
    const [last] = sent
    await chatwoot.patchMessage(last!, { status: 'delivered' })
    await look()
    await chatwoot.patchMessage(last!, { status: 'read' })
    await look()
    expect((await moves()).slice(-2)).toMatchObject([
      { type: 'delivery-changed', message: last, person, current: 'delivered' },
      { type: 'delivery-changed', message: last, person, previous: 'delivered', current: 'read' },
    ])
    const before = (await moves()).length
    await chatwoot.act('say', { conversation: api.native, person: people[1], text: 'Another one' })
    await chatwoot.act('read', { conversation: api.native, person: people[0] })
    await look()
    await look()
    expect((await moves()).slice(before)).toMatchObject([{ type: 'horizon-moved', horizon: { kind: 'read' } }])
  })

  const isWaiting = ({ delivery, deleted }: Message) => delivery?.state === 'sent' && deleted === null

  /** A conversation of an app, and what our side said in it that was not read yet, newest first. */
  async function openApiInbox() {
    const call = callAs()
    const { rows } = await chatwoot.provider.listConversations({}, { limit: 25, after: null }, call)
    const apps = rows
      .map(({ item }) => item.conversation)
      .filter(({ channel }) => channel?.providerType === 'Channel::Api')
    for (const { ref } of apps) {
      const page = await chatwoot.provider.listMessages(ref, { limit: 30, from: null, direction: 'older' }, call)
      const sent = page.rows.map(({ item }) => item).filter(isWaiting)
      const { conversations } = await chatwoot.state()
      const { people = [] } = conversations.find(({ id }) => id === ref.native) ?? {}
      if (sent.length > 0) return { api: ref, sent: sent.map((message) => message.ref), people }
    }
    throw new Error('our side said nothing in any app')
  }

  it('that come while the conversation is read wait for the next read', async () => {
    const { clock, worker, nudge, log } = open()
    await chatwoot.requests()
    for (let number = 0; number < 50; number += 1) {
      await nudge(reread())
      worker.poke()
      clock.advance(40)
      await new Promise(setImmediate)
    }
    await vi.waitFor(async () => {
      clock.advance(500)
      expect((await log.takeNudges('support', 1)).length).toBe(0)
    })
    const reads = (await chatwoot.requests()).filter((line) => line.endsWith(`/conversations/${conversation}`))
    expect(reads.length).toBeLessThanOrEqual(5)
    expect(reads.length).toBeGreaterThan(0)
  })

  it('about a conversation that is gone say that it was removed', async () => {
    const { clock, worker, nudge, told } = open()
    await nudge({ type: 'reread', conversation: conversationRef('support', '987654'), around: [] })
    worker.poke()
    clock.advance(200)
    await vi.waitFor(async () => expect(await told()).toMatchObject([{ type: 'conversation-removed' }]))
  })

  it('are tried five times and then given up, with the reason', async () => {
    const { clock, worker, nudge, log, failures } = open()
    await chatwoot.act('misbehave', { how: 'status', status: 500, times: 1_000 })
    await nudge(reread())
    worker.poke()
    await vi.waitFor(
      async () => {
        clock.advance(60_000)
        expect(await log.deadLetters('support')).toMatchObject([{ nudge: { type: 'reread' } }])
      },
      { timeout: 15_000, interval: 50 },
    )
    await chatwoot.act('misbehave', { how: 'status', status: 500, times: 0 })
    expect(failures).toHaveLength(5)
  })

  it('that nobody can ever locate are given up at once', async () => {
    const { clock, worker, nudge, log } = open()
    await nudge({ type: 'locate', payload: 'nonsense' })
    worker.poke()
    clock.advance(200)
    await vi.waitFor(async () => expect(await log.deadLetters('support')).toHaveLength(1))
  })

  it('stay in the log when the worker stops', async () => {
    const { worker, nudge, left } = open()
    await nudge(reread())
    worker.poke()
    await worker.stop()
    expect(await left()).toHaveLength(1)
  })
})
