import { pushActor, pushContact, pushConversation, pushMessage } from './push-form.ts'
import type { Actor, Change, Conversation, Happening, Json, Message } from './records.ts'
import { ACCOUNT_ID, type AccountState } from './state.ts'

/** What is told in rooms, and in whose. */
export interface CableFrame {
  readonly event: string
  readonly data: Json
  /** Null: it is about a contact. */
  readonly conversation: Conversation | null
  /** Does not hear of their own typing. */
  readonly typist: Actor | null
  readonly isForContact: boolean
}

/** What the socket tells of a happening, from the state of now. Nobody is named as the one who did it. */
export function framesOf(account: AccountState, happening: Happening): readonly CableFrame[] {
  if ('message' in happening) return [messageFrame(account, happening)]
  if ('contact' in happening) {
    const data = { ...pushContact(account, happening.contact), account_id: ACCOUNT_ID }
    return [{ ...FOR_THE_TEAM, event: happening.name.replace('_', '.'), data, conversation: null }]
  }
  const { conversation, name } = happening
  const push = pushConversation(account, conversation, 'job')
  if ('typist' in happening) {
    const { typist, isPrivate } = happening
    const user = pushActor(account, typist, 'job')
    const data = { conversation: push, user, is_private: isPrivate, account_id: ACCOUNT_ID }
    return [{ event: eventOf(name), data, conversation, typist, isForContact: !isPrivate }]
  }
  const frame = { ...FOR_THE_TEAM, data: { ...push, account_id: ACCOUNT_ID }, conversation }
  const isForContact = name !== 'conversation_read'
  const own = { ...frame, event: eventOf(name), isForContact }
  return [own, ...assignmentEvents(happening.changes ?? []).map((event) => ({ ...frame, event }))]
}

const FOR_THE_TEAM = { typist: null, isForContact: false } as const

function messageFrame(account: AccountState, happening: Extract<Happening, { readonly message: Message }>): CableFrame {
  const { message } = happening
  const push = pushMessage(account, message, 'job')
  const isForContact = !message.private && message.type !== 'activity'
  const frame = { ...FOR_THE_TEAM, conversation: account.conversationOf(message), isForContact }
  if (happening.name === 'message_updated') {
    return { ...frame, event: 'message.updated', data: { ...push, previous_changes: happening.changes } }
  }
  if (happening.name === 'first_reply_created') {
    return { ...frame, event: 'first.reply.created', data: push, isForContact: false }
  }
  const echo = happening.echoId === null ? {} : { echo_id: happening.echoId }
  return { ...frame, event: 'message.created', data: { ...push, ...echo } }
}

/** `conversation_status_changed` is `conversation.status_changed`. */
function eventOf(name: string): string {
  return name.replace('_', '.')
}

function assignmentEvents(changes: readonly Change[]): readonly string[] {
  const has = (key: string) => changes.some((change) => key in change)
  return [
    ...(has('assignee_id') || has('assignee_agent_bot_id') ? ['assignee.changed'] : []),
    ...(has('team_id') ? ['team.changed'] : []),
  ]
}
