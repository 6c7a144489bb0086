import { createHash } from 'node:crypto'
import type { ConversationRef, PersonRef } from '../../providers/port/index.ts'
import {
  accountId,
  channelId,
  conversationId,
  messageId,
  parseGlobalId,
  participantId,
  personId,
  teamId,
} from '../../schema/global-id.ts'
import type { Entitlement } from './entitlement.ts'

/**
 * The same variables, but with ids that never were in place of all that the viewer may not know of: what comes of them has to
 * be the same to the byte.
 */
export function withAbsent(variables: unknown, who: Entitlement): any {
  if (typeof variables === 'string') return absentOf(variables, who)
  if (Array.isArray(variables)) return variables.map((one) => withAbsent(one, who))
  if (typeof variables !== 'object' || variables === null) return variables
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, withAbsent(value, who)]))
}

/** All ids in it. */
export function idsIn(variables: unknown): readonly string[] {
  if (typeof variables === 'string') return parseGlobalId(variables) === null ? [] : [variables]
  if (typeof variables !== 'object' || variables === null) return []
  return Object.values(variables).flatMap(idsIn)
}

/** Whether the viewer may not know of what has this id. */
export function isForbidden(id: string, who: Entitlement): boolean {
  return absentOf(id, who) !== id
}

function absentOf(text: string, who: Entitlement): string {
  const id = parseGlobalId(text)
  if (id === null) return text
  const account = who.has(id.account) ? id.account : NOWHERE
  if (id.type === 'Account') return accountId(account)
  if (id.type === 'Team') return account === id.account ? text : teamId(account, id.externalId)
  if (id.type === 'Channel') return account === id.account ? text : channelId(account, id.externalId)
  if (id.type === 'Person')
    return who.mayMeet(id.account, id.person.native) ? text : personId(absentPerson(account, id.person))
  if (id.type === 'Conversation')
    return who.maySee(id.account, id.conversation.native)
      ? text
      : conversationId(absentConversation(account, id.conversation))
  if (id.type === 'Participant') {
    if (!who.maySee(id.account, id.conversation.native))
      return participantId(absentConversation(account, id.conversation), absentPerson(account, id.person))
    return who.mayMeet(id.account, id.person.native)
      ? text
      : participantId(id.conversation, absentPerson(account, id.person))
  }
  const { conversation, native } = id.message
  if (!who.maySee(id.account, conversation.native))
    return messageId({
      kind: 'message',
      conversation: absentConversation(account, conversation),
      native: absentNative(native),
    })
  if (who.maySeeMessage(id.account, conversation.native, native)) return text
  return messageId({ kind: 'message', conversation, native: absentNative(native) })
}

const NOWHERE = 'nowhere-at-all'

function absentConversation(account: string, { native }: ConversationRef): ConversationRef {
  return { kind: 'conversation', account, native: absentNative(native) }
}

function absentPerson(account: string, { native }: PersonRef): PersonRef {
  const [, type, id] = /^([A-Za-z]+:)?(.*)$/.exec(native) ?? []
  return { kind: 'person', account, native: `${type ?? ''}${absentNative(id ?? '')}` }
}

/** In the form of its vendor; for another one another. */
export function absentNative(native: string): string {
  const hex = createHash('sha256').update(native).digest('hex')
  if (/^\d+$/.test(native)) return String(90_000_000 + (Number.parseInt(hex.slice(0, 6), 16) % 9_000_000))
  if (/^[0-9a-f-]{36}$/.test(native)) return `00000000-0000-4000-8000-${hex.slice(0, 12)}`
  if (/^u\d+:/.test(native)) return `u11:never${hex.slice(0, 6)}3:was`
  return `${native.startsWith('g') ? 'g' : ''}never-${hex.slice(0, 8)}`
}
