import type { Bot, Conversation, Priority, Status, Team, User } from './records.ts'
import { postActivity, update } from './rules.ts'
import type { AccountState } from './state.ts'
import type { Instant } from './time.ts'

const STATUS_TEXTS: Readonly<Record<Status, string>> = {
  open: 'Conversation was reopened',
  resolved: 'Conversation was marked resolved',
  pending: 'Conversation was marked as pending',
  snoozed: 'Conversation was snoozed',
}

/** Who does something to a conversation, and when. */
export interface Deed {
  readonly account: AccountState
  readonly by: Pick<User, 'id' | 'name'>
  readonly at: Instant
}

export function changeStatus(deed: Deed, conversation: Conversation, status: Status, until: Instant | null): void {
  const { account, by, at } = deed
  if (conversation.status === status) return
  account.tell({ name: 'conversation_status_changed', conversation, changes: null })
  update(account, conversation, { status, snoozedUntil: status === 'snoozed' ? until : null }, at)
  // No event tells that resolving ends the waiting.
  if (status === 'resolved') conversation.waitingSince = null
  postActivity(account, conversation, `${STATUS_TEXTS[status]} by ${by.name}`, at)
}

/** The contact is done with it; there is no reopening it this way. */
export function closeAsContact(account: AccountState, conversation: Conversation, at: Instant): void {
  if (conversation.status === 'resolved') return
  account.tell({ name: 'conversation_status_changed', conversation, changes: null })
  update(account, conversation, { status: 'resolved', snoozedUntil: null }, at)
  conversation.waitingSince = null
  postActivity(account, conversation, `Conversation was resolved by ${account.contactOf(conversation).name}`, at)
}

export function assignUser({ account, by, at }: Deed, conversation: Conversation, user: User): void {
  update(account, conversation, { assigneeId: user.id, assigneeBotId: null }, at)
  conversation.participantIds.add(user.id)
  const isOwn = user.id === by.id
  const text = isOwn ? `${by.name} self-assigned this conversation` : `Assigned to ${user.name} by ${by.name}`
  postActivity(account, conversation, text, at)
}

/** With a bot as assignee the conversation counts as unassigned. */
export function assignBot({ account, by, at }: Deed, conversation: Conversation, bot: Bot): void {
  update(account, conversation, { assigneeId: null, assigneeBotId: bot.id }, at)
  postActivity(account, conversation, `Conversation unassigned by ${by.name}`, at)
}

/** Also from a bot. Where nobody was assigned nothing is said. */
export function unassign({ account, by, at }: Deed, conversation: Conversation): void {
  const wasAssigned = conversation.assigneeId !== null
  update(account, conversation, { assigneeId: null, assigneeBotId: null }, at)
  if (wasAssigned) postActivity(account, conversation, `Conversation unassigned by ${by.name}`, at)
}

export function leaveTeam({ account, by, at }: Deed, conversation: Conversation): void {
  const team = account.team(conversation.teamId)
  update(account, conversation, { teamId: null }, at)
  if (team !== undefined) postActivity(account, conversation, `Unassigned from ${team.name} by ${by.name}`, at)
}

export function assignTeam({ account, by, at }: Deed, conversation: Conversation, team: Team): void {
  update(account, conversation, { teamId: team.id }, at)
  postActivity(account, conversation, `Assigned to ${team.name} by ${by.name}`, at)
}

/** Replaces the whole set; taking some away and adding others are two entries in the thread. */
export function setLabels({ account, by, at }: Deed, conversation: Conversation, labels: readonly string[]): void {
  const added = labels.filter((label) => !conversation.labels.includes(label))
  const removed = conversation.labels.filter((label) => !labels.includes(label))
  update(account, conversation, { labels }, at)
  if (removed.length > 0) postActivity(account, conversation, `${by.name} removed ${removed.join(', ')}`, at)
  if (added.length > 0) postActivity(account, conversation, `${by.name} added ${added.join(', ')}`, at)
}

export function setPriority({ account, by, at }: Deed, conversation: Conversation, priority: Priority | null): void {
  const before = conversation.priority
  if (before === priority) return
  update(account, conversation, { priority }, at)
  postActivity(account, conversation, `${by.name} ${priorityText(before, priority)}`, at)
}

function priorityText(before: Priority | null, after: Priority | null): string {
  if (after === null) return 'removed the priority'
  return before === null ? `set the priority to ${after}` : `changed the priority from ${before} to ${after}`
}
