import { orError } from '../kit/answer-each.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type ConversationRef,
  type DomainEvent,
  type Done,
  type Participant,
  type ParticipantStatus,
  type Person,
  type PersonQuery,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import { type ActParts, enter, type Stage } from './act-parts.ts'
import { readOutcome } from './doubt.ts'
import { toProviderError } from './errors.ts'
import { invalid, unsupported } from './refusals.ts'
import { toMember, toParticipant, toPerson, toPersonByUid } from './to-person.ts'
import { changedIn, toSaved } from './to-saved.ts'

/** People whom one call lets in. */
export const MAX_PEOPLE = 25
const MEMBERS_PER_PAGE = 1000

/**
 * Who is in a group. Everybody is let in or shown out for themselves: it fails only where nobody was, and who takes part
 * afterwards is in the answer. Who did so before is read first, so that nothing is left to fail when it has been done.
 */
export async function changeParticipants(
  parts: ActParts,
  conversation: ConversationRef,
  add: readonly PersonQuery[],
  remove: readonly PersonRef[],
  call: CallContext,
): Promise<Done<readonly Participant[]>> {
  const stage = await enter(parts, conversation, call, 'CHANGE_PARTICIPANTS')
  if (stage.other.type === 'user') throw unsupported('CHANGE_PARTICIPANTS', 'a conversation of two stays one')
  const uids = add.map(uidOf)
  if (uids.length > MAX_PEOPLE) throw invalid(['add'], `more than ${MAX_PEOPLE} people`)
  const before = await readMembers(parts, stage, remove.length + 1)
  refuseOrdinaryMembers(stage, before, { add: uids, remove })
  const added = uids.length === 0 ? [] : await letIn(parts, stage, uids)
  const removed = await showOut(parts, stage, remove, before)
  const outcomes = [...added, ...removed]
  const done = outcomes.flatMap((outcome) => (outcome instanceof ProviderError ? [] : [outcome]))
  const failure = outcomes.find((outcome) => outcome instanceof ProviderError)
  if (failure !== undefined && done.length === 0) throw failure
  return { value: resulting(before, done), events: done.flatMap(({ events }) => events) }
}

/** The key may let in and show out anybody: an end user who has nothing to say in the group may only leave it. */
function refuseOrdinaryMembers(
  { as }: Stage,
  members: readonly Participant[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly PersonRef[] },
): void {
  if (as.call.actor.kind !== 'end-user') return
  const role = members.find(({ person }) => person.externalId === as.uid)?.role
  const isLeaving = add.length === 0 && remove.every(({ native }) => native === as.uid)
  if (isLeaving || role === 'admin' || role === 'moderator') return
  throw new ProviderError('FORBIDDEN', 'cometchat: only admins and moderators let people in or show them out')
}

/** What became of one person. */
interface Outcome {
  readonly participant: Participant
  readonly events: readonly DomainEvent[]
}

function uidOf(person: PersonQuery): string {
  if (person.kind === 'person') return person.native
  if (person.kind === 'external') return person.externalId.toLowerCase()
  throw unsupported('CHANGE_PARTICIPANTS', 'people are known by their uids only')
}

/** Leaves so many calls of the budget for what is to be done. */
async function readMembers(
  { client, account }: ActParts,
  { as, other }: Stage,
  callsToCome: number,
): Promise<readonly Participant[]> {
  const members: Participant[] = []
  for (let page = 1; ; page += 1) {
    const wires = await client.groupMembers(as, other.id, { perPage: MEMBERS_PER_PAGE, page })
    members.push(...wires.map((wire) => toMember(account, wire)))
    if (wires.length < MEMBERS_PER_PAGE || as.call.budget.remaining <= callsToCome) return members
  }
}

async function letIn(
  parts: ActParts,
  stage: Stage,
  uids: readonly string[],
): Promise<readonly (Outcome | ProviderError)[]> {
  const answer = await parts.client.addMembers(stage.as, stage.other.id, uids)
  return readOutcome(() => {
    const participants = answer.object('participants')
    return uids.map((uid) => readAdmission(participants.object(uid), uid, parts, stage))
  })
}

/** The answer for one person: a message that tells of it, or why not. */
function readAdmission(answer: Wire, uid: string, { account }: ActParts, stage: Stage): Outcome | ProviderError {
  if (answer.optionalBoolean('success') === false) {
    const body = { error: answer.jsonObject('error') }
    return toProviderError({ status: 400, headers: {}, body }, `cometchat: adding ${uid}`)
  }
  const note = answer.optionalObject('data')
  if (note === null) return become('active', toPersonByUid(account, uid), stage)
  const joined = become('active', toPerson(account, changedIn(note)), stage)
  return { ...joined, events: [...joined.events, toSaved(note, account, true)] }
}

async function showOut(
  { client, account }: ActParts,
  stage: Stage,
  people: readonly PersonRef[],
  before: readonly Participant[],
): Promise<readonly (Outcome | ProviderError)[]> {
  const outcomes: (Outcome | ProviderError)[] = []
  for (const { native } of people) {
    const failure = await orError(() => client.removeMember(stage.as, stage.other.id, native))
    const known = before.find(({ person }) => person.ref.native === native)?.person
    outcomes.push(failure ?? become('left', known ?? toPersonByUid(account, native), stage))
  }
  return outcomes
}

/** As the webhook tells it, which knows neither what somebody is in the group nor since when. */
function become(status: ParticipantStatus, person: Person, { conversation }: Stage): Outcome {
  const participant = { ...toParticipant(person), status }
  const told = { conversation, occurredAt: null, audience: 'public' } as const
  return { participant, events: [{ ...told, type: 'participant-changed', participant }] }
}

function resulting(before: readonly Participant[], done: readonly Outcome[]): readonly Participant[] {
  const touched = new Set(done.map(({ participant }) => participant.person.ref.native))
  const joined = done.map(({ participant }) => participant).filter(({ status }) => status === 'active')
  return [...before.filter(({ person }) => !touched.has(person.ref.native)), ...joined]
}
