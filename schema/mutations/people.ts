import type { ConversationRef, PersonQuery, PersonRef } from '../../providers/port/index.ts'
import { parseGlobalId } from '../global-id.ts'
import type { PersonRefInput } from '../person-ref-input.ts'
import type { Issues } from './issues.ts'

/** Whom an input names, each once; somebody of another account and empty names become issues. */
export function readPeople(
  issues: Issues,
  path: string,
  asked: readonly (typeof PersonRefInput.$inferInput)[],
  account: string,
): readonly PersonQuery[] {
  const people = asked.map((person, index) => readPerson(issues, `${path}.${index}`, person, account))
  const byName = new Map(people.flatMap((person) => (person === null ? [] : [[JSON.stringify(person), person]])))
  return [...byName.values()]
}

function readPerson(
  issues: Issues,
  path: string,
  { personId, email, phone, externalId }: typeof PersonRefInput.$inferInput,
  account: string,
): PersonQuery | null {
  if (typeof personId === 'string')
    return issues.readId(`${path}.personId`, 'Person', personId, account)?.person ?? null
  if (typeof email === 'string') {
    issues.checkText(`${path}.email`, email)
    return { kind: 'email', email }
  }
  if (typeof phone === 'string') {
    issues.checkText(`${path}.phone`, phone)
    return { kind: 'phone', phone }
  }
  issues.checkText(`${path}.externalId`, externalId ?? '')
  return { kind: 'external', externalId: externalId ?? '' }
}

/** Members by the ids of their memberships in this conversation or by their own. */
export function readMembers(
  issues: Issues,
  path: string,
  ids: readonly string[],
  conversation: ConversationRef,
): readonly PersonRef[] {
  return ids.flatMap((id, index) => {
    const parsed = parseGlobalId(id)
    const isMember = parsed?.type === 'Participant' && parsed.conversation.native === conversation.native
    const person = parsed?.type === 'Person' || isMember ? parsed.person : null
    if (person?.account === conversation.account) return [person]
    issues.add(`${path}.${index}`, 'Expected the id of a Participant of this conversation, or of their Person.')
    return []
  })
}
