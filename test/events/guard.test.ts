import { describe, expect, it } from 'vitest'
import { ANNA, at, BEN, delivery, GuardWorld, message, ref, say, TALK, types } from './guard-world.ts'

describe('a message', () => {
  it('that was just said is added once, however often it is told', () => {
    const world = new GuardWorld()
    const [added] = world.tell(say.saved(message('1')))
    expect(added).toMatchObject({
      type: 'message-added',
      id: 'msg:talk:1:added',
      origin: 'webhook',
      message: { text: 'text of 1' },
    })
    expect(world.tell(say.saved(message('1')))).toEqual([])
    expect(world.read([say.saved(message('1'), false)])).toEqual([])
  })

  it('that a first read comes across is no news', () => {
    const world = new GuardWorld()
    expect(world.read([say.saved(message('1'), false), say.saved(message('2'), false)])).toEqual([])
  })

  it('that is read behind the place where the conversation was first heard of was missed', () => {
    const world = new GuardWorld()
    world.read([say.saved(message('1'), false), say.saved(message('3'), false)])
    expect(world.read([say.saved(message('2'), false), say.saved(message('4'), false)])).toMatchObject([
      { type: 'message-added', message: { ref: ref('4') }, origin: 'reconcile' },
    ])
  })

  it('that was just said is added though the read after its nudge is the first', () => {
    const world = new GuardWorld()
    const young = message('9', { createdAt: at(990) })
    expect(types(world.read([say.saved(message('1'), false), say.saved(young, false)], 'webhook'))).toEqual([
      'message-added',
    ])
  })

  it('is updated where its content differs, and an older edit is dropped', () => {
    const world = new GuardWorld()
    world.tell(say.saved(message('1')))
    const second = message('1', { text: 'second', editedAt: at(20) })
    const [updated] = world.tell(say.saved(second, false))
    expect(updated).toMatchObject({ type: 'message-updated', message: { text: 'second' } })
    expect(updated?.id).toMatch(/^msg:talk:1:[\w-]{16}$/)
    expect(world.tell(say.saved(second, false))).toEqual([])
    expect(world.tell(say.saved(message('1', { text: 'first', editedAt: at(10) }), false))).toEqual([])
  })

  it('that was edited to and fro is updated each time, under another id', () => {
    const world = new GuardWorld()
    world.tell(say.saved(message('1')))
    for (const text of ['b', 'a', 'b']) world.read([say.saved(message('1', { text }), false)])
    expect(types(world.told)).toEqual(['message-added', 'message-updated', 'message-updated', 'message-updated'])
    expect(new Set(world.told.map(({ id }) => id)).size).toBe(4)
  })

  it('is not updated by a read that began before the newer content was heard', () => {
    const world = new GuardWorld()
    const begun = world.now()
    world.tell(say.saved(message('1')))
    world.tell(say.saved(message('1', { text: 'newer' }), false))
    expect(world.read([say.saved(message('1'), false)], 'reconcile', begun)).toEqual([])
  })

  it('whose edit overtook it is added with the edit', () => {
    const world = new GuardWorld()
    world.tell(say.saved(message('1', { text: 'edited', editedAt: at(5) }), false))
    expect(world.tell(say.saved(message('1')))).toMatchObject([{ type: 'message-added', message: { text: 'edited' } }])
  })

  it('whose delivery overtook it is added with the delivery', () => {
    const world = new GuardWorld()
    world.tell(say.reported('1', 'read'))
    expect(world.tell(say.saved(message('1')))).toMatchObject([{ message: { delivery: { state: 'read' } } }])
  })

  it('is deleted once, and nothing follows', () => {
    const world = new GuardWorld()
    world.tell(say.saved(message('1')))
    expect(world.tell(say.deleted('1'))).toMatchObject([{ type: 'message-deleted', id: 'msg:talk:1:deleted' }])
    expect(world.tell(say.deleted('1'), say.saved(message('1')), say.reported('1', 'read'))).toEqual([])
    expect(world.read([say.saved(message('1', { deleted: { at: null } }), false)])).toEqual([])
  })

  it('of the team alone is deleted for the team alone, whoever tells of it', () => {
    const world = new GuardWorld()
    const note = message('1', { audience: 'internal' })
    world.tell({ ...say.saved(note), audience: 'internal' })
    expect(world.tell(say.deleted('1'))).toMatchObject([{ type: 'message-deleted', audience: 'internal' }])
  })

  it('that is found deleted is deleted', () => {
    const world = new GuardWorld()
    world.tell(say.saved(message('1')))
    expect(types(world.read([say.saved(message('1', { deleted: { at: null } }), false)]))).toEqual(['message-deleted'])
  })
})

describe('a delivery', () => {
  const told = (...events: Parameters<GuardWorld['tell']>) => {
    const world = new GuardWorld()
    world.tell(...events)
    return world.told.map((event) =>
      event.type === 'delivery-changed' ? `${event.previous} ${event.current}` : event.type,
    )
  }

  it('climbs, and late lower states are dropped', () => {
    expect(told(say.reported('1', 'sent'), say.reported('1', 'read'), say.reported('1', 'delivered'))).toEqual([
      'unknown sent',
      'sent read',
    ])
  })

  it('fails from below delivered only', () => {
    expect(told(say.reported('1', 'sent'), say.reported('1', 'failed'))).toEqual(['unknown sent', 'sent failed'])
    expect(told(say.reported('1', 'delivered'), say.reported('1', 'failed'))).toEqual(['unknown delivered'])
  })

  it('leaves a failure by a retry that is later, and not by a late report', () => {
    expect(told(say.reported('1', 'failed', 10), say.reported('1', 'sent', 5))).toEqual(['unknown failed'])
    expect(told(say.reported('1', 'failed', 10), say.reported('1', 'sent'))).toEqual(['unknown failed'])
    expect(told(say.reported('1', 'failed', 10), say.reported('1', 'sent', 15))).toEqual([
      'unknown failed',
      'failed sent',
    ])
    expect(told(say.reported('1', 'sent', 15), say.reported('1', 'failed', 10))).toEqual(['unknown sent'])
  })

  it('leaves a failure when a later read finds it on its way', () => {
    const world = new GuardWorld()
    world.tell(say.saved(message('1')), say.reported('1', 'failed'))
    expect(world.read([say.saved(message('1', { delivery: delivery('sent') }), false)])).toMatchObject([
      { type: 'delivery-changed', previous: 'failed', current: 'sent' },
    ])
  })

  it('is told for each person once, and not again for nobody in particular', () => {
    const world = new GuardWorld()
    world.tell(say.reported('1', 'read', 1, ANNA), say.reported('1', 'read', 1, ANNA))
    world.tell(say.reported('1', 'read', 2, BEN), say.reported('1', 'read', 3))
    expect(world.told).toMatchObject([
      { person: ANNA, current: 'read', id: 'msg:talk:1:state:5:anna' },
      { person: BEN, current: 'read' },
    ])
    expect(world.told).toHaveLength(2)
  })

  it('of a message that is read anew is told where it moved', () => {
    const world = new GuardWorld()
    world.read([say.saved(message('1'), false)])
    expect(world.read([say.saved(message('1', { delivery: delivery('delivered') }), false)])).toMatchObject([
      { type: 'delivery-changed', previous: 'unknown', current: 'delivered', id: 'msg:talk:1:state:4' },
    ])
  })

  it('that a horizon says is not said again on WATERMARK channels, and failures are', () => {
    const world = new GuardWorld()
    world.read([say.model('watermark'), say.saved(message('1'), false), say.horizon(ANNA, 'delivered', '1')])
    expect(world.tell(say.reported('1', 'delivered'))).toEqual([])
    expect(world.tell(say.horizon(ANNA, 'read', '1'), say.reported('1', 'read'))).toHaveLength(1)
    expect(types(world.tell(say.reported('2', 'failed'), say.reported('3', 'delivered')))).toEqual([
      'delivery-changed',
      'delivery-changed',
    ])
  })
})

describe('a read of one message on a WATERMARK channel', () => {
  it('is told where no horizon says it', () => {
    const world = new GuardWorld()
    world.read([say.model('watermark'), say.saved(message('1'), false), say.saved(message('2'), false)])
    world.tell(say.horizon(ANNA, 'read', '1'))
    expect(world.tell(say.reported('1', 'read'), say.reported('2', 'read'))).toMatchObject([
      { type: 'delivery-changed', message: ref('2'), current: 'read' },
    ])
  })

  it('is told though our own team has looked further', () => {
    const world = new GuardWorld()
    world.read([say.model('watermark'), say.saved(message('1'), false)])
    world.tell({ ...say.horizon(BEN, 'read', '9'), audience: 'internal' }, say.horizon('team', 'read', '9'))
    expect(types(world.tell(say.reported('1', 'read')))).toEqual(['delivery-changed'])
  })
})

describe('what comes along where nobody looked before', () => {
  const [old, aside] = [say.horizon(ANNA, 'read', '5'), say.aside(say.horizon(ANNA, 'read', '5'))]

  it('is where a horizon stands, and what it does later is news', () => {
    const world = new GuardWorld()
    expect(world.tell(aside)).toEqual([])
    expect(world.tell(aside, say.aside(say.horizon(ANNA, 'read', '4')))).toEqual([])
    expect(world.tell(say.aside(say.horizon(ANNA, 'read', '6')))).toHaveLength(1)
  })

  it('is where both horizons of somebody stand', () => {
    const world = new GuardWorld()
    const both = [say.aside(say.horizon(ANNA, 'delivered', '6')), aside]
    expect(world.tell(...both)).toEqual([])
    expect(new GuardWorld().read(both)).toEqual([])
  })

  it('is news of a horizon that moved a moment ago', () => {
    const world = new GuardWorld()
    const { horizon } = old as Extract<typeof old, { type: 'horizon-moved' }>
    expect(world.tell({ ...aside, horizon: { ...horizon, occurredAt: at(990) } } as typeof old)).toHaveLength(1)
  })

  it('is news where the conversation was shown before, when nobody had looked at all', () => {
    const world = new GuardWorld()
    world.tell(say.observed({ status: 'open' }))
    expect(world.tell(aside)).toHaveLength(1)
  })

  it('is no message that was deleted long ago, nor what became of one', () => {
    const world = new GuardWorld()
    expect(world.tell(say.aside(say.deleted('1')), say.aside(say.reported('2', 'delivered')))).toEqual([])
    const tombstone = say.saved(message('3', { deleted: { at: null } }), false)
    expect(world.tell(tombstone)).toEqual([])
    expect(types(world.tell(say.aside(say.reported('2', 'read'))))).toEqual(['delivery-changed'])
  })

  it('is news of messages that are known', () => {
    const world = new GuardWorld()
    world.tell(say.saved(message('1')), say.saved(message('2')))
    expect(types(world.tell(say.aside(say.deleted('1')), say.aside(say.reported('2', 'read'))))).toEqual([
      'message-deleted',
      'delivery-changed',
    ])
  })
})

describe('what is reported', () => {
  const reports = [say.horizon(ANNA, 'read', '5'), say.deleted('1'), say.reported('2', 'delivered')]
  const told = ['horizon-moved', 'message-deleted', 'delivery-changed']

  it('is news though it is the first that is heard, however late it comes', () => {
    const world = new GuardWorld()
    expect(types(world.tell(...reports))).toEqual(told)
    expect(world.tell(...reports, ...reports.map(say.aside))).toEqual([])
  })

  it('is news though it came along with something else before, once', () => {
    const world = new GuardWorld()
    expect(world.tell(...reports.map(say.aside))).toEqual([])
    expect(types(world.tell(...reports))).toEqual(told)
    expect(world.tell(...reports)).toEqual([])
    expect(world.tell(say.horizon(ANNA, 'delivered', '5'))).toEqual([])
  })

  it('is news though a first read had come across it, once', () => {
    const world = new GuardWorld()
    const [horizon, , delivered] = reports.map(say.aside)
    const found = message('2', { delivery: delivery('delivered') })
    const tombstone = message('1', { deleted: { at: null } })
    expect(world.read([horizon!, say.saved(found, false), say.saved(tombstone, false)])).toEqual([])
    expect(types(world.tell(...reports))).toEqual(told)
    expect(world.tell(...reports, delivered!)).toEqual([])
  })

  it('of a message that was told as a whole is not told again', () => {
    const world = new GuardWorld()
    world.read([say.saved(message('2', { delivery: delivery('delivered') }), false)])
    world.tell(say.saved(message('2')))
    expect(world.tell(say.reported('2', 'delivered'))).toEqual([])
  })
})

describe('a horizon', () => {
  it('moves forward only, bytewise', () => {
    const world = new GuardWorld()
    expect(world.tell(say.horizon(ANNA, 'read', '5'))).toMatchObject([
      { type: 'horizon-moved', id: 'hor:talk:anna:read:5', movedBack: false },
    ])
    expect(world.tell(say.horizon(ANNA, 'read', '4'), say.horizon(ANNA, 'read', '5'))).toEqual([])
    expect(world.tell(say.horizon(ANNA, 'read', '6'))).toHaveLength(1)
  })

  it('of reading says the one of delivery as well', () => {
    const world = new GuardWorld()
    world.tell(say.horizon(ANNA, 'read', '5'))
    expect(world.tell(say.horizon(ANNA, 'delivered', '5'))).toEqual([])
    expect(world.tell(say.horizon(ANNA, 'delivered', '7'))).toHaveLength(1)
  })

  it('moves back where a fresh read says so, and not by a read from before', () => {
    const world = new GuardWorld()
    const begun = world.now()
    world.tell(say.horizon('team', 'read', '5'))
    expect(world.read([say.horizon('team', 'read', '3', true)], 'reconcile', begun)).toEqual([])
    expect(world.read([say.horizon('team', 'read', '3', true)])).toMatchObject([
      { movedBack: true, id: 'hor:talk:team:back:3:1' },
    ])
    expect(world.tell(say.horizon('team', 'read', '5'))).toMatchObject([
      { movedBack: false, id: 'hor:talk:team:read:5:1' },
    ])
  })

  it('is said to move back only where it does', () => {
    const world = new GuardWorld()
    world.tell(say.horizon(ANNA, 'read', '5'))
    expect(world.read([say.horizon(ANNA, 'read', '5', true)])).toEqual([])
    expect(world.read([say.horizon(ANNA, 'read', '6', true)])).toMatchObject([{ movedBack: false }])
  })

  it('that is found where nobody looked before is no news, unless somebody said that something moved', () => {
    expect(new GuardWorld().read([say.horizon(ANNA, 'read', '5')])).toEqual([])
    expect(new GuardWorld().read([say.horizon(ANNA, 'read', '5')], 'webhook')).toHaveLength(1)
  })
})

describe('a conversation', () => {
  it('is added once, with what is known of it', () => {
    const world = new GuardWorld()
    expect(world.tell(say.created({ status: 'open' }))).toMatchObject([
      { type: 'conversation-added', id: 'conv:talk:added', facts: { status: 'open' } },
    ])
    expect(world.tell(say.created({ status: 'open' }))).toEqual([])
  })

  it('tells which fields changed, under a new id each time', () => {
    const world = new GuardWorld()
    world.tell(say.created({ status: 'open', labels: ['a'] }, 1))
    for (const status of ['closed', 'open', 'closed'] as const) world.tell(say.observed({ status, labels: ['a'] }, 2))
    expect(world.told.slice(1)).toMatchObject([
      { type: 'conversation-changed', changed: ['status'], facts: { status: 'closed' } },
      { changed: ['status'], facts: { status: 'open' } },
      { changed: ['status'], facts: { status: 'closed' } },
    ])
    expect(new Set(world.told.map(({ id }) => id)).size).toBe(4)
  })

  it('is not changed by an older observation', () => {
    const world = new GuardWorld()
    world.tell(say.observed({ status: 'closed' }, 10))
    expect(world.tell(say.observed({ status: 'open' }, 5))).toEqual([])
  })

  it('that is read for the first time is no news, and a difference found later is', () => {
    const world = new GuardWorld()
    expect(world.read([say.observed({ status: 'open' }, 1)])).toEqual([])
    expect(world.read([say.observed({ status: 'closed' }, 1)])).toMatchObject([{ changed: ['status'] }])
  })

  it('is removed until it is created again', () => {
    const world = new GuardWorld()
    world.tell(say.created({}, 1))
    expect(types(world.tell(say.removed(5), say.removed(5)))).toEqual(['conversation-removed'])
    expect(world.tell(say.created({}, 1), say.observed({ status: 'open' }, 7))).toEqual([])
    expect(world.tell(say.created({}, 9))).toMatchObject([{ type: 'conversation-added', id: 'conv:talk:added:1' }])
    expect(world.tell(say.removed(11))).toHaveLength(1)
  })

  it('tells of a participant once for each state', () => {
    const person = {
      ref: ANNA,
      externalId: 'anna',
      kind: 'end-user',
      displayName: null,
      avatarUrl: null,
      isOnline: null,
      addresses: [],
      details: null,
    } as const
    const joined = (status: 'active' | 'left') =>
      ({
        type: 'participant-changed',
        conversation: TALK,
        occurredAt: null,
        audience: 'public',
        participant: { person, role: null, status, joinedAt: null, details: null },
      }) as const
    const world = new GuardWorld()
    world.tell(joined('active'), joined('active'), joined('left'), joined('active'))
    expect(types(world.told)).toEqual(Array(3).fill('participant-changed'))
    expect(new Set(world.told.map(({ id }) => id)).size).toBe(3)
  })

  it('keeps nothing of who types', () => {
    const world = new GuardWorld()
    world.tell({
      type: 'typing-changed',
      conversation: TALK,
      occurredAt: null,
      audience: 'public',
      holder: ANNA,
      typing: true,
    })
    expect(world.told).toEqual([])
    expect(world.memory.size).toBe(0)
  })
})
