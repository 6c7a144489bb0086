import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type ConversationRef,
  type DomainEvent,
  type Done,
  type Participant,
  type PersonQuery,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import { understood } from './connection.ts'
import type { Desk } from './desk.ts'
import { toInvitee, toNewParticipant } from './invitees.ts'
import { readPersonRef, uuidOf } from './refs.ts'
import { toParticipant } from './to-person.ts'

const PAGE_SIZE = 100
/** A conversation of more people than this is not known. */
const MAX_PAGES = 5

/** A call for everybody who is to come, two for everybody who is to go, and the list of who is there then. */
export async function changeParticipants(
  conversation: ConversationRef,
  add: readonly PersonQuery[],
  remove: readonly PersonRef[],
  desk: Desk,
  call: CallContext,
): Promise<Done<readonly Participant[]>> {
  const invitees = add.map((query, index) => toInvitee(query, ['add', String(index)]))
  const leaving = remove.map((ref) => readPersonRef(ref).id)
  const changed: Participant[] = []
  for (const invitee of invitees) {
    const wire = await desk.client.ensureParticipant(uuidOf(conversation), toNewParticipant(invitee), call)
    changed.push(understood(() => toParticipant(wire, desk.account)))
  }
  for (const id of leaving) changed.push(...(await removeOne(conversation, id, desk, call)))
  const events = changed.map((participant) => toChanged(conversation, participant))
  return { value: await listAll(conversation, desk, call), events }
}

function toChanged(conversation: ConversationRef, participant: Participant): DomainEvent {
  return { type: 'participant-changed', conversation, occurredAt: null, audience: 'public', participant }
}

/** Read before they go, because nobody tells of them afterwards. Who is not there need not go. */
async function removeOne(
  conversation: ConversationRef,
  id: string,
  { client, account }: Desk,
  call: CallContext,
): Promise<readonly Participant[]> {
  try {
    const wire = await client.getParticipant(uuidOf(conversation), id, call)
    await client.removeParticipant(uuidOf(conversation), id, call)
    return [{ ...toParticipant(wire, account), status: 'left' }]
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'NOT_FOUND') return []
    throw error
  }
}

async function listAll(
  conversation: ConversationRef,
  { client, account }: Desk,
  call: CallContext,
): Promise<readonly Participant[]> {
  const everybody: Wire[] = []
  let token: string | null = null
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await client.listParticipants(uuidOf(conversation), { limit: PAGE_SIZE, token }, call)
    everybody.push(...page.items)
    token = page.nextToken
    if (token === null) break
  }
  return everybody.map((wire) => toParticipant(wire, account))
}
