import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FRAME_EVENTS, type FrameReader, toFrameEvents } from '../../providers/chatwoot/frame-events.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { MessageScopes } from '../../providers/chatwoot/message-scopes.ts'
import { Wire } from '../../providers/kit/wire.ts'
import { type DomainEvent, type Message, ProviderError } from '../../providers/port/index.ts'
import {
  RECORDED_FRAMES,
  RECORDED_HOOKS,
  RECORDED_SECRETS,
  recordedDelivery,
  recordedFrame,
} from '../support/chatwoot-deliveries.ts'

/** The last form of each conversation that the recording shows, as one call would read it. */
const SHOWN = new Map<string, any>(
  RECORDED_FRAMES.filter(({ frame }) => frame?.message?.event?.startsWith('conversation.'))
    .map(({ frame }) => frame.message.data)
    .map((data) => data.conversation ?? data)
    .map((one) => [String(one.id), one]),
)

interface Reading {
  readonly reader: FrameReader
  readonly asked: readonly string[]
  /** What a reading shows from now on. */
  change(changes: object): void
}

function openReader(shown: object = {}): Reading {
  let changes = shown
  const asked: string[] = []
  const read = async (id: string) => {
    asked.push(id)
    return Wire.object({ ...SHOWN.get(id), ...changes }, 'conversation')
  }
  const scopes = new MessageScopes('support', ({ native }) => read(native))
  const change = (next: object) => {
    changes = next
  }
  return { reader: { account: 'support', accountId: '5', scopes }, asked, change }
}

const SETTINGS = {
  baseUrl: 'http://127.0.0.1:9',
  accountId: 5,
  token: 'token',
  webhookSecrets: [RECORDED_SECRETS.account],
}

function savedIn(events: readonly DomainEvent[] = []): Message | undefined {
  return events.find((event) => event.type === 'message-saved')?.message
}

/** What no form of a message leaves out. The size of a picture is found a moment later. */
function wordsOf({ details, receipts, updatedAt, sender, attachments, ...rest }: Message): object {
  const known = attachments.map(({ width, height, ...attachment }) => attachment)
  return { ...rest, sender: sender?.ref, name: sender?.displayName, attachments: known }
}

/** What a recorded frame tells somebody who hears of it first, with something else in its data. */
function toldBy(n: number, change: object = {}, { reader }: Reading = openReader({ contact_last_seen_at: 0 })) {
  const { event, data } = recordedFrame(n)
  return toFrameEvents({ event, data: { ...data, ...change } }, reader)
}

const conversation = (native: string) => ({ kind: 'conversation', account: 'support', native })
const person = (native: string) => ({ kind: 'person', account: 'support', native })
const message = (native: string, id: string) => ({ kind: 'message', conversation: conversation(native), native: id })
const at = (seconds: number) => new Date(seconds * 1000)
const typesOf = (events: readonly DomainEvent[]) => events.map(({ type }) => type)

const TELLING = RECORDED_FRAMES.filter(({ dir, frame }) => dir === 'in' && frame.message?.event !== undefined)
/** The recorded frames of an event, as the administrator got them. */
const framesOf = (event: string) =>
  TELLING.filter(({ socket, frame }) => socket === 'admin' && frame.message.event === event).map(({ n }) => n)
const firstOf = (event: string) => {
  const [n] = framesOf(event)
  if (n === undefined) throw new Error(`the recording has no ${event}`)
  return n
}

describe('the events of the socket', () => {
  it('are these: what is told of messages and conversations, and what is left out on purpose', () => {
    const named = (isIgnored: boolean) =>
      [...FRAME_EVENTS].filter(([, translate]) => (translate === null) === isIgnored).map(([name]) => name)
    expect(named(false)).toEqual([
      'message.created',
      'message.updated',
      'conversation.created',
      'conversation.updated',
      'conversation.status_changed',
      'conversation.contact_changed',
      'conversation.mentioned',
      'assignee.changed',
      'team.changed',
      'conversation.read',
      'conversation.typing_on',
      'conversation.typing_off',
    ])
    expect(named(true)).toEqual([
      'first.reply.created',
      'conversation.unread_count_changed',
      'presence.update',
      'contact.created',
      'contact.updated',
      'contact.merged',
      'contact.deleted',
      'account.cache_invalidated',
      'notification.created',
      'notification.updated',
      'notification.deleted',
    ])
    expect(TELLING.filter(({ frame }) => !FRAME_EVENTS.has(frame.message.event))).toEqual([])
  })

  it('tell in every recorded frame what their kind tells, to whomever the frame was sent', async () => {
    const { reader } = openReader()
    for (const { frame } of TELLING) {
      const { event, data } = frame.message
      const told = (await toFrameEvents(frame.message, reader)).filter(({ type }) => type !== 'horizon-moved')
      expect(typesOf(told), `${event} ${data.id}`).toEqual(expectedTypes(event, data))
      const id = data.conversation_id ?? data.conversation?.id ?? data.id
      for (const one of told) expect(one.conversation).toEqual(conversation(String(id)))
    }
  })

  function expectedTypes(event: string, data: any): readonly string[] {
    if (FRAME_EVENTS.get(event) === null || event === 'conversation.read') return []
    if (event === 'message.created') return ['message-saved']
    if (event === 'message.updated') return expectedOfUpdate(data)
    if (event === 'conversation.created') return ['conversation-created']
    if (event.startsWith('conversation.typing')) return ['typing-changed']
    return ['conversation-observed', 'conversation-observed']
  }

  function expectedOfUpdate({ content_attributes, previous_changes, message_type, private: isNote, status }: any) {
    if (content_attributes.deleted) return ['message-deleted']
    // In the recording `read` is always what a position said, unless it was set on message 207 before anybody had looked.
    const isPositions = status === 'read' && previous_changes.status?.[0] === 'sent'
    const isTold = 'status' in previous_changes && message_type !== 0 && !isNote && !isPositions
    const isEdited = 'content_attributes' in previous_changes
    return [...(isTold ? ['delivery-reported'] : []), ...(isEdited ? ['message-saved'] : [])]
  }

  it('of another account of the same person are dropped', async () => {
    const { reader } = openReader()
    for (const { frame } of TELLING) {
      expect(await toFrameEvents(frame.message, { ...reader, accountId: '6' })).toEqual([])
    }
  })

  it('never tell the secrets that stand in their data', async () => {
    const { reader } = openReader()
    const told = JSON.stringify(await Promise.all(TELLING.map(({ frame }) => toFrameEvents(frame.message, reader))))
    const tokens = JSON.stringify(TELLING).match(/(?<="pubsub_token":")[^"]+/g) ?? []
    expect(tokens.length).toBeGreaterThan(100)
    expect(tokens.filter((token) => told.includes(token))).toEqual([])
  })

  it('that make no sense are refused in our own words, and unknown ones tell nothing', async () => {
    const { reader } = openReader()
    for (const frame of [null, 'text', {}, { event: 'message.created' }, { event: 'message.created', data: {} }]) {
      await expect(toFrameEvents(frame, reader)).rejects.toBeInstanceOf(ProviderError)
    }
    expect(await toFrameEvents({ event: 'conversation.deleted', data: {} }, reader)).toEqual([])
  })
})

describe('message.created', () => {
  it('tells of the same message as its webhook, word for word', async () => {
    const inlet = chatwoot.create('support', chatwoot.settings.parse(SETTINGS)).inlet
    const hooks = RECORDED_HOOKS.filter(({ path, body }) => path === '/account' && body.includes('message_created'))
    const byHook = hooks.map((hook) => savedIn(inlet?.receive(recordedDelivery(hook)).events))
    const byFrame = await Promise.all(framesOf('message.created').map(async (n) => savedIn(await toldBy(n))))
    const frames = new Map(byFrame.map((saved) => [saved?.ref.native, saved]))
    let compared = 0
    for (const saved of byHook) {
      const same = frames.get(saved?.ref.native)
      if (saved === undefined || same === undefined) continue
      expect(wordsOf(saved)).toEqual(wordsOf(same))
      compared += 1
    }
    expect(compared).toBe(35)
  })

  it('tells of the message itself, lines in the thread as the team alone sees them', async () => {
    const numbers = framesOf('message.created')
    const told = await Promise.all(numbers.map((n) => toldBy(n)))
    const saved = told.flat().filter((event) => event.type === 'message-saved')
    expect(saved).toHaveLength(numbers.length)
    expect(saved.every(({ isNew }) => isNew)).toBe(true)
    const activities = saved.filter((event) => event.message.kind === 'activity')
    expect(activities.length).toBeGreaterThan(10)
    expect(activities.every(({ audience }) => audience === 'internal')).toBe(true)
  })

  it('asks for nothing, as long as its status means the same everywhere', async () => {
    const reading = openReader()
    for (const n of framesOf('message.created')) await toldBy(n, {}, reading)
    expect(reading.asked).toEqual([])
  })

  it('on LINE, where sending counts as delivery, is sent', async () => {
    const reading = openReader({ channel: 'Channel::Line' })
    const n = framesOf('message.created').find((one) => recordedFrame(one).data.message_type === 1) ?? 0
    const [saved] = await toldBy(n, { status: 'delivered' }, reading)
    expect(saved).toMatchObject({ message: { delivery: { state: 'sent', providerStatus: 'delivered' } } })
    expect(reading.asked).toEqual(['1'])
  })
})

describe('message.updated', () => {
  it.each([
    [147, 'delivered', 1795253322670],
    [149, 'read', 1795253323469],
    [151, 'sent', 1795253324992],
  ])('in frame %i says that the message is %s', async (n, state, occurredAt) => {
    expect(await toldBy(n)).toEqual([
      {
        type: 'delivery-reported',
        conversation: conversation('1'),
        occurredAt: new Date(occurredAt),
        audience: 'public',
        message: message('1', '207'),
        person: person('contact:15'),
        isNew: true,
        delivery: {
          state,
          providerStatus: state,
          sentAt: null,
          deliveredAt: null,
          readAt: null,
          failedAt: null,
          failure: null,
        },
      },
    ])
  })

  it('of a failure says why', async () => {
    expect(await toldBy(155)).toMatchObject([
      { type: 'delivery-reported', delivery: { state: 'failed', failure: { detail: 'number unreachable' } } },
      { type: 'message-saved', isNew: false },
    ])
  })

  it('of a retry comes twice, once with the status and once without', async () => {
    expect(typesOf(await toldBy(165))).toEqual(['delivery-reported', 'message-saved'])
    expect(typesOf(await toldBy(167))).toEqual(['message-saved'])
  })

  it('of an incoming message or a note says nothing: their status means nothing', async () => {
    expect(await toldBy(163)).toEqual([])
    expect(await toldBy(365)).toEqual([])
  })

  it('after a deletion tells of that alone', async () => {
    expect(await toldBy(169)).toEqual([
      {
        type: 'message-deleted',
        conversation: conversation('1'),
        occurredAt: new Date(1795253330213),
        audience: 'internal',
        message: message('1', '209'),
        isNew: true,
      },
    ])
    expect(await toldBy(171)).toMatchObject([{ type: 'message-deleted', audience: 'public' }])
  })

  it('with what somebody submitted shows the message as it is now', async () => {
    expect(await toldBy(375)).toMatchObject([
      {
        type: 'message-saved',
        isNew: false,
        message: { details: { contentAttributes: { submitted_values: [{ title: 'Yes', value: 'yes' }] } } },
      },
    ])
  })

  it('says nothing of what the position of the contact has said, and does without it where there was none', async () => {
    const reading = openReader()
    expect(await toldBy(359, {}, reading)).toEqual([])
    expect(typesOf(await toldBy(359))).toEqual(['delivery-reported'])
  })

  it('of a read asks how far the contact is by now before it tells of single messages', async () => {
    const reading = openReader({ contact_last_seen_at: 0 })
    await toldBy(147, {}, reading)
    const now = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 10_000)
    onTestFinished(() => void vi.restoreAllMocks())
    reading.change({ contact_last_seen_at: 1795253360 })
    expect(await toldBy(149, {}, reading)).toEqual([])
    expect(await toldBy(149, {}, reading)).toEqual([])
    expect(reading.asked).toEqual(['1', '1'])
  })

  it('of a message that was deleted long ago is no news of that', async () => {
    const changed = { previous_changes: { status: ['sent', 'read'] } }
    expect(await toldBy(171, changed)).toMatchObject([{ type: 'message-deleted', isNew: false }])
  })

  it('reads a conversation once, and not at all when a frame has shown it', async () => {
    const reading = openReader({ contact_last_seen_at: 0 })
    for (const n of [147, 149, 151]) await toldBy(n, {}, reading)
    expect(reading.asked).toEqual(['1'])
    await toldBy(357, {}, reading)
    await toldBy(359, {}, reading)
    expect(reading.asked).toEqual(['1'])
  })

  it('on Facebook moves a position instead', async () => {
    const reading = openReader({ channel: 'Channel::FacebookPage' })
    expect(await toldBy(147, {}, reading)).toMatchObject([
      {
        type: 'horizon-moved',
        movedBack: false,
        horizon: {
          holder: person('contact:15'),
          kind: 'delivered',
          precision: 'up-to-message',
          upToMessage: message('1', '207'),
          sortKey: '01795253315.0000000000000207',
        },
      },
    ])
  })
})

describe('what frames tell of conversations', () => {
  it('is how far the contact has looked, and nothing else where that is all', async () => {
    expect(await toldBy(357)).toEqual([
      {
        type: 'horizon-moved',
        conversation: conversation('2'),
        occurredAt: at(1795253366),
        audience: 'public',
        movedBack: false,
        isNew: true,
        horizon: {
          holder: person('contact:20'),
          kind: 'read',
          precision: 'up-to-time',
          sortKey: '01795253366.~',
          upToTime: at(1795253366),
          upToMessage: null,
          occurredAt: at(1795253366),
        },
      },
    ])
  })

  it('is how far both sides have looked, as no news of its own, and of ours for the team alone', async () => {
    const seen = { agent_last_seen_at: 1795253400, assignee_last_seen_at: 1795253400, contact_last_seen_at: 1795253300 }
    const told = await toldBy(firstOf('assignee.changed'), seen)
    const horizons = told.filter((event) => event.type === 'horizon-moved')
    expect(horizons.map(({ audience, isNew, horizon }) => [horizon.holder, audience, isNew])).toEqual([
      ['team', 'internal', false],
      [person('user:9'), 'internal', false],
      [person('contact:15'), 'public', false],
    ])
  })

  it('is its creation', async () => {
    expect((await toldBy(firstOf('conversation.created')))[0]).toMatchObject({
      type: 'conversation-created',
      facts: { status: 'open', assignee: null, title: 'Ada Lovelace' },
    })
  })

  it('is who works on it', async () => {
    const [assigned, team] = await Promise.all([toldBy(firstOf('assignee.changed')), toldBy(firstOf('team.changed'))])
    expect(assigned[1]).toMatchObject({ audience: 'internal', facts: { assignee: person('user:9') } })
    expect(team[1]).toMatchObject({ audience: 'internal', facts: { team: expect.stringMatching(/^\d+$/) } })
  })

  it('is who types, of agents sometimes for the team alone', async () => {
    const told = (await Promise.all(framesOf('conversation.typing_on').map((n) => toldBy(n)))).flat()
    expect(told).toMatchObject([
      { holder: person('user:9'), typing: true, audience: 'public' },
      { holder: person('user:9'), typing: true, audience: 'internal' },
      { holder: person('contact:20'), typing: true, audience: 'public' },
      { holder: person('user:9'), typing: true, audience: 'public' },
    ])
    expect((await toldBy(firstOf('conversation.typing_off')))[0]).toMatchObject({ typing: false })
  })
})
