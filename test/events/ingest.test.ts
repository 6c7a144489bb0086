import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keysOf } from '../../src/events/guard.ts'
import { createIngest } from '../../src/events/ingest.ts'
import { DEFAULT_RETENTION } from '../../src/events/log.ts'
import { type BirdWorkspace, startBirdWorkspace } from '../support/bird-workspace.ts'
import { conversationRef, openBackground } from './background-world.ts'
import { ANNA, message, say, TALK } from './guard-world.ts'

const received = (deliveryId: string | null, ...events: ReturnType<typeof say.saved>[]) => ({
  deliveryId,
  events,
  nudges: [],
})

describe('taking in', () => {
  let bird: BirdWorkspace
  beforeAll(async () => {
    bird = await startBirdWorkspace()
  })
  afterAll(() => bird.close())

  it('puts what is news into the log before it answers, and tells of it', async () => {
    const { log, told } = openBackground('desk', bird.provider)
    const observed: string[] = []
    const ingest = createIngest(log, { observe: (_, events) => observed.push(...events.map(({ id }) => id)) })
    const { events } = await ingest('desk', received('a', say.saved(message('1'))), 'webhook')
    expect(await told()).toEqual(events)
    expect(observed).toEqual(['msg:talk:1:added'])
  })

  it('takes a delivery that comes again for nothing', async () => {
    const { ingest, told } = openBackground('desk', bird.provider)
    await ingest('desk', received('a', say.reported('1', 'sent')), 'webhook')
    expect((await ingest('desk', received('a', say.reported('1', 'read')), 'webhook')).events).toEqual([])
    expect(await told()).toHaveLength(1)
  })

  it('decides anew where another instance was quicker: each happening is told once', async () => {
    const { log, told } = openBackground('desk', bird.provider)
    const instances = [createIngest(log), createIngest(log), createIngest(log)]
    const natives = Array.from({ length: 20 }, (_, index) => String(index + 100))
    const all = natives.flatMap((native) =>
      instances.map((ingest) => ingest('desk', received(null, say.saved(message(native))), 'webhook')),
    )
    await Promise.all(all)
    const ids = (await told()).map(({ id }) => id)
    expect(ids.toSorted()).toEqual(natives.map((native) => `msg:talk:${native}:added`))
  })

  it('passes on who types and keeps nothing of it', async () => {
    const { ingest, told } = openBackground('desk', bird.provider)
    const typing = {
      type: 'typing-changed',
      conversation: TALK,
      occurredAt: null,
      audience: 'public',
      holder: ANNA,
      typing: true,
    } as const
    expect(await ingest('desk', received(null, typing), 'socket')).toEqual({ events: [], typing: [typing] })
    expect(await told()).toEqual([])
  })

  it('says for which account there is something to be looked into', async () => {
    const { log } = openBackground('desk', bird.provider)
    const poked: string[] = []
    const ingest = createIngest(log, { onNudges: (account) => poked.push(account) })
    const nudge = { type: 'reread', conversation: TALK, around: [] } as const
    await ingest('desk', { deliveryId: 'a', events: [], nudges: [nudge] }, 'webhook')
    expect(poked).toEqual(['desk'])
    expect(await log.takeNudges('desk', 10)).toMatchObject([{ nudge }])
  })

  it('takes what it has forgotten for what it never knew: read again, it is no news', async () => {
    const retention = { ...DEFAULT_RETENTION, maxAgeMs: 1_000, memoryMs: 1_000 }
    const { ingest, reread, backgroundCall, told, log } = openBackground('shop', bird.provider, retention)
    const [talk] = (await bird.state()).conversations
    const conversation = conversationRef('shop', talk!.id)
    const read = async () => {
      const { events, readAt } = await reread({ conversation }, backgroundCall(new AbortController().signal))
      await ingest('shop', { deliveryId: null, events, nudges: [] }, 'reconcile', readAt)
      return keysOf(events)
    }
    const keys = await read()
    const isKnown = async () => (await log.recall('shop', keys)).some(({ version }) => version > 0)
    expect(await isKnown()).toBe(true)
    await expect.poll(isKnown, { timeout: 5_000 }).toBe(false)
    await read()
    expect(await told()).toEqual([])
  })

  it('believes a read that no longer finds what is remembered', async () => {
    const { ingest, reread, backgroundCall, told } = openBackground('shop', bird.provider)
    const [talk] = (await bird.state()).conversations
    const conversation = conversationRef('shop', talk!.id)
    const call = () => backgroundCall(new AbortController().signal)
    const first = await reread({ conversation }, call())
    await ingest('shop', { deliveryId: null, events: first.events, nudges: [] }, 'reconcile', first.readAt)
    const native = '00000000-0000-4000-8000-000000000000'
    const lost = message(native, { ref: { kind: 'message', conversation, native }, sortKey: '~' })
    const saved = {
      type: 'message-saved',
      conversation,
      occurredAt: null,
      audience: 'public',
      message: lost,
      isNew: true,
    } as const
    await ingest('shop', { deliveryId: null, events: [saved], nudges: [] }, 'webhook')
    const second = await reread({ conversation }, call())
    await ingest('shop', { deliveryId: null, events: second.events, nudges: [] }, 'reconcile', second.readAt)
    expect((await told()).map(({ type }) => type)).toEqual(['message-added', 'message-deleted'])
  })
})
