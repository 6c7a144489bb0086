import { describe, expect, it } from 'vitest'
import { conversationRef, personRef } from '../../providers/chatwoot/refs.ts'
import { ADA, ASSIGNABLE, EDSGER, refusal, TALK } from '../support/chatwoot-deeds.ts'
import { chatwootExchange } from '../support/chatwoot-recording.ts'
import { recordedCall as callAs, startRecordedChatwoot as start } from '../support/recorded-chatwoot.ts'

describe('changing a conversation', () => {
  const shown = { 'GET /conversations/1': 116 }
  const inOrder = (asked: readonly { readonly what: string; readonly body: unknown }[]) =>
    asked.filter(({ what }) => what.startsWith('POST')).map(({ what, body }) => [what.split('/').at(-1), body])

  it('does each part with its own request, the team before the assignee, and reads what came of it', async () => {
    const { provider, asked } = await start({
      ...shown,
      'GET /assignable_agents?inbox_ids[]=6': ASSIGNABLE,
      'GET /teams': 17,
      'POST /conversations/1/toggle_status': 101,
      'POST /conversations/1/assignments': 114,
      'POST /conversations/1/toggle_priority': 109,
      'POST /conversations/1/labels': 122,
      'POST /conversations/1/custom_attributes': 125,
    })
    const done = await provider.acts.updateConversation(
      TALK,
      {
        status: 'snoozed',
        snoozedUntil: new Date(1_795_339_737_999),
        assignee: personRef('support', 'user', '8'),
        team: '3',
        priority: 'urgent',
        setLabels: ['VIP', 'refund', 'vip'],
        customAttributes: { tier: 'gold', order: null },
      },
      callAs(),
    )
    expect(done.value).toEqual({})
    expect(inOrder(asked)).toEqual([
      ['toggle_status', { status: 'snoozed', snoozed_until: 1_795_339_737 }],
      ['assignments', { team_id: 3 }],
      ['assignments', { assignee_id: 8 }],
      ['toggle_priority', { priority: 'urgent' }],
      ['labels', { labels: ['vip', 'refund'] }],
      ['custom_attributes', { custom_attributes: { tier: 'gold' } }],
    ])
    expect([asked.at(0)?.what, asked.at(-1)?.what]).toEqual(['GET /conversations/1', 'GET /conversations/1'])
    expect(done.events.filter(({ type }) => type === 'conversation-observed')).toMatchObject([
      { audience: 'public', facts: { status: 'open' } },
      { audience: 'internal', facts: { team: '3', assignee: personRef('support', 'user', '8') } },
    ])
  })

  it('clears what is null', async () => {
    const { provider, asked } = await start({
      ...shown,
      'POST /conversations/1/assignments': 120,
      'POST /conversations/1/toggle_priority': 113,
      'POST /conversations/1/custom_attributes': { body: { custom_attributes: {} } },
    })
    const change = { assignee: null, team: null, priority: null, customAttributes: null, snoozedUntil: null }
    expect((await provider.acts.updateConversation(TALK, change, callAs())).value).toEqual({})
    expect(inOrder(asked)).toEqual([
      ['assignments', { team_id: 0 }],
      ['assignments', { assignee_id: 0 }],
      ['toggle_priority', { priority: '' }],
      ['custom_attributes', { custom_attributes: {} }],
    ])
  })

  it('adds and removes labels among those that are there', async () => {
    const before = { ...chatwootExchange(116).response.body, labels: ['bug', 'vip'] }
    const { provider, asked } = await start({
      'GET /conversations/1': { body: before },
      'POST /conversations/1/labels': 122,
    })
    const change = { addLabels: ['Refund', 'vip'], removeLabels: ['BUG', 'never'] }
    await provider.acts.updateConversation(TALK, change, callAs())
    expect(inOrder(asked)).toEqual([['labels', { labels: ['vip', 'refund'] }]])
  })

  it('gives it to a bot as a bot', async () => {
    const { provider, asked } = await start({
      ...shown,
      'GET /agent_bots': { body: [chatwootExchange(117).response.body] },
      'POST /conversations/1/assignments': 117,
    })
    await provider.acts.updateConversation(TALK, { assignee: personRef('support', 'bot', '2') }, callAs())
    expect(inOrder(asked)).toEqual([['assignments', { assignee_id: 2, assignee_type: 'AgentBot' }]])
  })

  it('says of each part that could not be done why, and does the others', async () => {
    const { provider, asked } = await start({
      ...shown,
      'GET /assignable_agents?inbox_ids[]=6': ASSIGNABLE,
      'GET /teams': 17,
      'POST /conversations/1/labels': 122,
      'POST /conversations/1/toggle_priority': 110,
    })
    const { value, events } = await provider.acts.updateConversation(
      TALK,
      {
        status: 'archived',
        assignee: personRef('support', 'user', '10'),
        team: '99',
        priority: 'high',
        setLabels: ['vip'],
      },
      callAs(),
    )
    const codes = Object.entries(value).map(([key, { code, facts }]) => [key, code, facts.issues?.[0]?.path])
    expect(codes).toEqual([
      ['status', 'INVALID', ['status']],
      ['team', 'INVALID', ['team']],
      ['assignee', 'INVALID', ['assignee']],
      ['priority', 'UNAVAILABLE', []],
    ])
    expect(inOrder(asked).map(([what]) => what)).toEqual(['toggle_priority', 'labels'])
    expect(events.length).toBeGreaterThan(0)
  })

  it('throws only where nothing was tried', async () => {
    const gone = await start({ 'GET /conversations/1': 328 })
    const error = await refusal(gone.provider.acts.updateConversation(TALK, { priority: 'low' }, callAs()))
    expect(error.code).toBe('NOT_FOUND')
    const { provider, asked } = await start({})
    const forContact = await refusal(provider.acts.updateConversation(TALK, { priority: 'low' }, callAs(ADA)))
    expect(forContact).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'PRIORITY' } })
    expect(asked).toEqual([])
  })

  it('lets a contact close it, and no more', async () => {
    const source = chatwootExchange(158).response.body.messages[0].conversation.contact_inbox.source_id
    const path = `/public/api/v1/inboxes/6WP9ZTEiasnxv6KSPcdATTog/contacts/${source}/conversations/2/toggle_status`
    const { provider, asked } = await start({ 'GET /conversations/2': 158, 'GET /inboxes': 12, [`POST ${path}`]: 164 })
    const conversation = conversationRef('support', '2')
    const closed = await provider.acts.updateConversation(conversation, { status: 'closed', team: '3' }, callAs(EDSGER))
    expect(Object.keys(closed.value)).toEqual(['team'])
    expect(asked.filter(({ what }) => what.startsWith('POST')).map(({ what }) => what)).toEqual([`POST ${path}`])
    const opening = provider.acts.updateConversation(conversation, { status: 'open' }, callAs(EDSGER))
    expect(await refusal(opening)).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'STATUS' } })
    const others = await refusal(provider.acts.updateConversation(conversation, { status: 'closed' }, callAs(ADA)))
    expect(others.code).toBe('NOT_FOUND')
  })
})
