import type { Told } from '../kit/received.ts'
import type { Wire } from '../kit/wire.ts'
import type { ConversationFacts, DomainEvent, ParticipantStatus } from '../port/index.ts'
import type { CrowdedGroups } from './crowded-groups.ts'
import { toDeletion } from './deletion.ts'
import { groupRef } from './refs.ts'
import { toMember } from './to-person.ts'
import { toReceiptEvents } from './to-receipt-events.ts'
import { changedIn, toSaved } from './to-saved.ts'

/** What it takes, beside the webhook itself, to understand it. */
export interface Reception {
  readonly account: string
  readonly crowded: CrowdedGroups
}

/** What a webhook tells: `{trigger, data, appId, region, webhook}`. Triggers that nobody knows tell nothing. */
export function toTold(webhook: Wire, reception: Reception): readonly Told[] {
  const translate = TRIGGERS.get(webhook.text('trigger')) ?? nothing
  return translate(webhook.object('data'), reception)
}

type Translate = (data: Wire, reception: Reception) => readonly Told[]

const nothing: Translate = () => []

/**
 * Every documented trigger. Those that stand here with nothing, and all that are left out (calls, meetings, recordings,
 * transcriptions, campaigns), tell nothing about conversations that is in the model.
 */
const TRIGGERS: ReadonlyMap<string, Translate> = new Map<string, Translate>([
  ['message_sent', (data, { account }) => [toSaved(data.object('message'), account, true)]],
  ['message_edited', (data, { account }) => [toSaved(changedIn(data.object('message')), account, false)]],
  ['message_deleted', (data, { account }) => [toDeletion(data.object('message'), account)]],
  ['message_delivery_receipt', (data, reception) => toReceiptEvents(data, reception)],
  ['message_read_receipt', (data, reception) => toReceiptEvents(data, reception)],
  ['group_created', toGroupCreated],
  ['group_updated', toGroupObserved],
  ['group_owner_transferred', toGroupObserved],
  ['group_deleted', toGroupRemoved],
  ['group_member_added', membersBecome('active')],
  ['group_member_joined', membersBecome('active')],
  ['group_member_scope_changed', membersBecome('active')],
  ['group_member_left', membersBecome('left')],
  ['group_member_kicked', membersBecome('left')],
  ['group_member_removed', membersBecome('left')],
  ['group_member_banned', membersBecome('banned')],
  // They may come back, and are told of when they do.
  ['group_member_unbanned', membersBecome('left')],
  // The older form has the message itself in `data`.
  ['after_message', (data, { account }) => [toSaved(data, account, true)]],
  // Comes before the message is there.
  ['before_message', nothing],
  // Comes beside the message in which somebody is mentioned.
  ['user_mentioned', nothing],
  ['message_reaction_added', nothing],
  ['message_reaction_removed', nothing],
  // Presence is asked for when it is wanted.
  ['user_connection_status_changed', nothing],
  ['after_connection_status_changed', nothing],
  // Between two people, and no concern of their conversation's other readers.
  ['user_blocked', nothing],
  ['user_unblocked', nothing],
  // What is held back is never sent, and what becomes of a message comes as an edit or a deletion.
  ['moderation_engine_approved', nothing],
  ['moderation_engine_blocked', nothing],
  ['moderation_engine_failed', nothing],
  ['moderation_manual_approved', nothing],
])

function toGroupCreated(data: Wire, reception: Reception): readonly DomainEvent[] {
  const group = noteGroup(data, reception)
  const created = { ...eventOf(group, reception), occurredAt: group.epochSeconds('createdAt') }
  return [
    { ...created, type: 'conversation-created', facts: toFacts(group) },
    ...membersBecome('active')(data, reception),
  ]
}

function toGroupObserved(data: Wire, reception: Reception): readonly DomainEvent[] {
  const group = noteGroup(data, reception)
  const observed = { ...eventOf(group, reception), occurredAt: group.epochSeconds('updatedAt') }
  return [{ ...observed, type: 'conversation-observed', facts: toFacts(group) }]
}

function toGroupRemoved(data: Wire, reception: Reception): readonly DomainEvent[] {
  return [{ ...eventOf(data.object('group'), reception), type: 'conversation-removed' }]
}

/** `members` is a map by uid. Only joining has a time of its own; the group's says nothing of its members. */
function membersBecome(status: ParticipantStatus): (data: Wire, reception: Reception) => readonly DomainEvent[] {
  return (data, reception) => {
    const group = noteGroup(data, reception)
    const members = data.optionalObject('members')
    return (members?.keys() ?? []).map((uid) => {
      const participant = { ...toMember(reception.account, data.object('members').object(uid)), status }
      const occurredAt = status === 'active' ? participant.joinedAt : null
      return { ...eventOf(group, reception), type: 'participant-changed', occurredAt, participant }
    })
  }
}

function eventOf(group: Wire, { account }: Reception) {
  return { conversation: groupRef(account, group.text('guid')), occurredAt: null, audience: 'public' } as const
}

function noteGroup(data: Wire, { crowded }: Reception): Wire {
  const group = data.object('group')
  crowded.note(group.text('guid'), group.optionalInteger('membersCount'))
  return group
}

function toFacts(group: Wire): ConversationFacts {
  return group.has('name') ? { title: group.filledText('name') } : {}
}
