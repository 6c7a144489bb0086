import { describe, expect, it } from 'vitest'
import { conversationRef, personRef } from '../../providers/chatwoot/refs.ts'
import { toHorizonEvents } from '../../providers/chatwoot/to-events.ts'
import { Wire } from '../../providers/kit/wire.ts'
import type { Mark } from '../../providers/port/index.ts'
import {
  ADA,
  ASSIGNABLE,
  AT,
  EDSGER,
  NOBODY,
  PIET,
  PROFILE,
  refusal,
  sending,
  TALK,
} from '../support/chatwoot-deeds.ts'
import { chatwootExchange } from '../support/chatwoot-recording.ts'
import { recordedCall as callAs, startRecordedChatwoot as start } from '../support/recorded-chatwoot.ts'

describe('a message that is there', () => {
  it('is deleted softly', async () => {
    const { provider, asked } = await start({ 'DELETE /conversations/1/messages/211': 92 })
    const { value, events } = await provider.acts.deleteMessage(AT('211'), false, callAs())
    expect(asked).toMatchObject([{ what: 'DELETE /conversations/1/messages/211', body: undefined }])
    expect(value).toMatchObject({ deleted: { at: null }, text: null, attachments: [] })
    expect(events).toMatchObject([{ type: 'message-deleted', message: AT('211'), audience: 'public' }])
  })

  it('for the team alone is deleted for the team alone', async () => {
    const { provider } = await start({ 'DELETE /conversations/1/messages/209': 90 })
    expect((await provider.acts.deleteMessage(AT('209'), false, callAs())).events[0]?.audience).toBe('internal')
  })

  const listed = (id: number, status: string) => ({
    [`GET /conversations/1/messages?after=${id}&before=${id + 1}`]: {
      body: { ...chatwootExchange(72).response.body, payload: [{ ...chatwootExchange(82).response.body, status }] },
    },
    'GET /inboxes': 12,
  })

  it('is sent again after it failed', async () => {
    const { provider, asked } = await start({
      ...listed(207, 'failed'),
      'POST /conversations/1/messages/207/retry': 89,
    })
    const { value, events } = await provider.acts.retryMessage(AT('207'), callAs())
    expect(asked.at(-1)?.what).toBe('POST /conversations/1/messages/207/retry')
    expect(value.delivery?.state).toBe('sent')
    expect(events).toMatchObject([{ type: 'delivery-reported', message: AT('207'), delivery: { state: 'sent' } }])
  })

  it('is not sent again where it did not fail, for it would lose what it replies to', async () => {
    const { provider, asked } = await start(listed(207, 'delivered'))
    expect((await refusal(provider.acts.retryMessage(AT('207'), callAs()))).code).toBe('CONFLICT')
    expect(asked.some(({ what }) => what.startsWith('POST'))).toBe(false)
  })
})

describe('marking', () => {
  const mark = (over: Partial<Mark> = {}): Mark => ({
    conversation: TALK,
    kind: 'read',
    position: { kind: 'latest' },
    visibility: null,
    ...over,
  })

  it('as read, by an agent, is one request that says when our side looked', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/update_last_seen': 98 })
    const { value, events } = await provider.acts.mark(mark({ visibility: 'private' }), callAs(PIET))
    expect(asked.map(({ what }) => what)).toEqual(['POST /conversations/1/update_last_seen'])
    const seen = new Date(chatwootExchange(98).response.body.agent_last_seen_at * 1_000)
    expect(value).toMatchObject({ applied: null, horizon: { holder: 'team', kind: 'read', upToTime: seen } })
    expect(events).toMatchObject([{ type: 'horizon-moved', movedBack: false, horizon: { holder: 'team' } }])
  })

  it('as read, by an agent, is no news of the assignee, who looked long ago', async () => {
    const { body } = chatwootExchange(98).response
    const assignee = { id: 4, name: 'Vera', type: 'user', role: 'agent' }
    const answer = { ...body, assignee_last_seen_at: 1_700_000_000, meta: { ...body.meta, assignee } }
    const events = toHorizonEvents(Wire.object(answer, 'conversation'), 'support', personRef('support', 'user', '5'))
    const news = events.map(({ horizon: { holder }, isNew }) => [
      typeof holder === 'string' ? holder : holder.native,
      isNew,
    ])
    expect(Object.fromEntries(news)).toMatchObject({ team: true, 'user:4': false })
  })

  it('as read up to the newest message or later is the same', async () => {
    const answers = { 'GET /conversations/1/messages': 72, 'POST /conversations/1/update_last_seen': 93 }
    for (const position of [
      { kind: 'message', message: AT('221') } as const,
      { kind: 'time', at: new Date(1_800_000_000_000) } as const,
    ]) {
      const { provider, asked } = await start(answers)
      await provider.acts.mark(mark({ position }), callAs(NOBODY))
      expect(asked.map(({ what }) => what)).toEqual([
        'GET /conversations/1/messages',
        'POST /conversations/1/update_last_seen',
      ])
    }
  })

  it.each([
    [{ position: { kind: 'message', message: AT('206') } }, 'MARK_READ_UP_TO_MESSAGE'],
    [{ position: { kind: 'time', at: new Date(1_795_253_313_000) } }, 'MARK_READ_UP_TO_MESSAGE'],
    [{ visibility: 'public' }, 'MARK_READ'],
    [{ kind: 'delivered' }, 'MARK_DELIVERED'],
    [{ kind: 'unread', position: { kind: 'time', at: new Date() } }, 'MARK_UNREAD'],
    [{ kind: 'unread', position: { kind: 'message', message: AT('206') } }, 'MARK_UNREAD'],
    [{ kind: 'unread', position: { kind: 'message', message: AT('222') } }, 'MARK_UNREAD'],
  ] as const)('with %j is refused by %s, and nothing is marked', async (over, capability) => {
    const { provider, asked } = await start({
      'GET /conversations/1/messages': 72,
      'GET /conversations/1/messages?after=205': 74,
      'GET /conversations/1/messages?after=221': 74,
      'GET /inboxes': 12,
    })
    const error = await refusal(provider.acts.mark(mark(over), callAs(NOBODY)))
    expect(error).toMatchObject({ code: 'UNSUPPORTED', facts: { capability } })
    expect(provider.capabilities(NOBODY, null)[capability].level).not.toBe('native')
    expect(asked.some(({ what }) => what.startsWith('POST'))).toBe(false)
  })

  it('as unread takes our side back to before the last incoming message', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/unread': 96 })
    const { value, events } = await provider.acts.mark(mark({ kind: 'unread' }), callAs(NOBODY))
    expect(asked.map(({ what }) => what)).toEqual(['POST /conversations/1/unread'])
    const seen = new Date(chatwootExchange(96).response.body.agent_last_seen_at * 1_000)
    expect(value).toMatchObject({ applied: true, horizon: { holder: 'team', upToTime: seen } })
    expect(events).toMatchObject([{ type: 'horizon-moved', movedBack: true }])
  })

  it('as read, by a contact, goes through the client API and is told to all', async () => {
    const before = structuredClone(chatwootExchange(158).response.body)
    const source = before.messages[0].conversation.contact_inbox.source_id
    const path = `/public/api/v1/inboxes/6WP9ZTEiasnxv6KSPcdATTog/contacts/${source}/conversations/2/update_last_seen`
    const { provider, asked } = await start({ 'GET /conversations/2': 158, 'GET /inboxes': 12, [`POST ${path}`]: 153 })
    const conversation = conversationRef('support', '2')
    const { value, events } = await provider.acts.mark(mark({ conversation, visibility: 'public' }), callAs(EDSGER))
    expect(asked.map(({ what }) => what)).toContain(`POST ${path}`)
    expect(value.horizon).toMatchObject({ holder: EDSGER.kind === 'end-user' ? EDSGER.person : null, kind: 'read' })
    expect(events).toMatchObject([{ type: 'horizon-moved', audience: 'public' }])
    const secretly = await refusal(provider.acts.mark(mark({ conversation, visibility: 'private' }), callAs(EDSGER)))
    expect(secretly.facts.capability).toBe('MARK_READ_PRIVATELY')
  })
})

describe('letting agents follow', () => {
  const answers = {
    'GET /conversations/1': 116,
    'GET /assignable_agents?inbox_ids[]=6': ASSIGNABLE,
    'POST /conversations/1/participants': 127,
    'DELETE /conversations/1/participants': 130,
    'GET /profile': PROFILE,
  }

  it('adds who is not there yet, and reads who is there then', async () => {
    let reads = 0
    const { provider, asked } = await start({
      ...answers,
      get 'GET /conversations/1/participants'() {
        reads += 1
        return reads === 1 ? 131 : 129
      },
    })
    const add = [{ kind: 'email', email: 'PIET.books@example.com' } as const]
    const { value, events } = await provider.acts.changeParticipants(TALK, add, [], callAs(NOBODY))
    expect(asked.find(({ what }) => what === 'POST /conversations/1/participants')?.body).toEqual({ user_ids: [9] })
    expect(value.map(({ person }) => person.ref.native)).toEqual(['contact:15', 'user:8', 'user:9'])
    expect(events).toMatchObject([
      { type: 'participant-changed', audience: 'internal', participant: { person: { displayName: 'Piet Agent' } } },
    ])
  })

  it('takes away who is there, and asks for nothing else', async () => {
    let reads = 0
    const { provider, asked } = await start({
      ...answers,
      get 'GET /conversations/1/participants'() {
        reads += 1
        return reads === 1 ? 129 : 131
      },
    })
    const remove = ['9', '10'].map((id) => personRef('support', 'user', id))
    const { events } = await provider.acts.changeParticipants(TALK, [], remove, callAs(NOBODY))
    const writes = asked.filter(({ what }) => !what.startsWith('GET'))
    expect(writes).toMatchObject([{ what: 'DELETE /conversations/1/participants', body: { user_ids: [9] } }])
    expect(events).toMatchObject([{ participant: { person: { externalId: '9' }, status: 'left' } }])
  })

  it('refuses who would be taken and not kept, and who is no agent', async () => {
    const { provider, asked } = await start(answers)
    const outsider = [personRef('support', 'user', '10')]
    const error = await refusal(provider.acts.changeParticipants(TALK, outsider, [], callAs(NOBODY)))
    expect(error).toMatchObject({ code: 'INVALID', facts: { issues: [{ path: ['add', '0'] }] } })
    const customer = [personRef('support', 'contact', '15')]
    const refused = await refusal(provider.acts.changeParticipants(TALK, [], customer, callAs(NOBODY)))
    expect(refused).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'CHANGE_PARTICIPANTS' } })
    expect(asked.some(({ what }) => !what.startsWith('GET'))).toBe(false)
  })
})

describe('the rest', () => {
  it('deletes a conversation for everyone, which no event tells', async () => {
    const { provider, asked } = await start({ 'DELETE /conversations/1': 327 })
    const { events } = await provider.acts.deleteConversation(TALK, 'for-everyone', callAs())
    expect(asked).toMatchObject([{ what: 'DELETE /conversations/1', body: undefined }])
    expect(events).toEqual([{ type: 'conversation-removed', conversation: TALK, occurredAt: null, audience: 'public' }])
    const agent = await start({ 'DELETE /conversations/1': 326 })
    expect((await refusal(agent.provider.acts.deleteConversation(TALK, 'for-everyone', callAs(PIET)))).code).toBe(
      'FORBIDDEN',
    )
  })

  it('tells who types', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/toggle_typing_status': 132 })
    await provider.acts.setTyping(TALK, true, callAs(PIET))
    await provider.acts.setTyping(TALK, false, callAs(PIET))
    expect(asked.map(({ body }) => body)).toEqual([
      { typing_status: 'on', is_private: false },
      { typing_status: 'off', is_private: false },
    ])
  })

  it('refuses what Chatwoot never does with its row, and asks nobody', async () => {
    const { provider, asked } = await start({})
    const { acts } = provider
    const refused = [
      ['EDIT_MESSAGE', acts.editMessage(AT('1'), 'x', callAs())],
      ['DELETE_FOR_ME', acts.deleteConversation(TALK, 'for-me', callAs())],
      ['DELETE_MESSAGE', acts.deleteMessage(AT('1'), true, callAs())],
      ['PRIVATE_NOTES', acts.send(TALK, sending({ audience: 'internal' }), callAs(ADA))],
      ['RETRY_MESSAGE', acts.retryMessage(AT('1'), callAs(ADA))],
      ['CHANGE_PARTICIPANTS', acts.changeParticipants(TALK, [], [], callAs(ADA))],
      ['DELETE_FOR_EVERYONE', acts.deleteConversation(TALK, 'for-everyone', callAs(ADA))],
    ] as const
    for (const [capability, act] of refused) {
      expect(await refusal(act)).toMatchObject({ code: 'UNSUPPORTED', facts: { capability } })
      expect(provider.capabilities(ADA, null)[capability].level).not.toBe('native')
    }
    expect(asked).toEqual([])
  })
})
