import { orError } from '../kit/answer-each.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Capability,
  type ChangeProblems,
  type ConversationChange,
  type ConversationChangeKey,
  type ConversationRef,
  type ConversationStatus,
  type DomainEvent,
  type Done,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import type { ActParts } from './act-parts.ts'
import { type Contact, contactOf } from './acting.ts'
import type { ClientSessions } from './client-sessions.ts'
import { changedAttributes, changedLabels } from './read-modify-write.ts'
import { numericIdOf, readPersonRef } from './refs.ts'
import { invalid, isSupported, unsupported } from './refusing.ts'
import { toConversationObserved } from './to-events.ts'
import { STATUSES } from './wire.ts'

/** One request of a change, and the keys that it is for. */
interface Step {
  readonly keys: readonly ConversationChangeKey[]
  readonly perform: () => Promise<void>
}

/** Read, change part by part, read again: only the last tells what came of it, side effects included. */
export class ConversationChanges {
  readonly #parts: ActParts
  readonly #sessions: ClientSessions

  constructor(parts: ActParts, sessions: ClientSessions) {
    this.#parts = parts
    this.#sessions = sessions
  }

  async change(ref: ConversationRef, change: ConversationChange, call: CallContext): Promise<Done<ChangeProblems>> {
    const keys = KEYS.filter((key) => change[key] !== undefined)
    const refused = keys.filter((key) => !isSupported(call.actor, CAPABILITIES[key]))
    const [first] = refused
    if (first !== undefined && refused.length === keys.length) throw unsupported(CAPABILITIES[first])
    if (keys.length === 0) return { value: {}, events: [] }
    const contact = contactOf(call.actor)
    const steps =
      contact === null ? await this.#steps(ref, change, call) : await this.#stepsOf(contact, ref, change, call)
    const problems = new Map(refused.map((key) => [key, unsupported(CAPABILITIES[key])]))
    for (const { keys: together, perform } of steps) {
      const failure = await orError(perform)
      if (failure instanceof ProviderError) for (const key of together) problems.set(key, failure)
    }
    return { value: Object.fromEntries(problems), events: await this.#observe(ref, call) }
  }

  /** The team before the assignee, whom a new team may change; the status before both, because who opens may become assignee. */
  async #steps(ref: ConversationRef, change: ConversationChange, call: CallContext): Promise<readonly Step[]> {
    const id = numericIdOf(ref)
    const { acts } = this.#parts.client
    const before = await this.#parts.client.getConversation(id, call)
    const { status, snoozedUntil, team, assignee, priority, customAttributes } = change
    const step = (wanted: boolean, keys: readonly ConversationChangeKey[], perform: () => Promise<void>) =>
      wanted ? [{ keys: keys.filter((key) => change[key] !== undefined), perform }] : []
    const labels = changedLabels(before.texts('labels'), change)
    return [
      ...step(status !== undefined || snoozedUntil !== undefined, ['status', 'snoozedUntil'], () =>
        this.#setStatus(before, change, call),
      ),
      ...step(team !== undefined, ['team'], () => this.#setTeam(id, team ?? null, call)),
      ...step(assignee !== undefined, ['assignee'], () => this.#setAssignee(before, assignee ?? null, call)),
      ...step(priority !== undefined, ['priority'], () => acts.setPriority(id, priority ?? '', call)),
      ...step(labels !== null, ['setLabels', 'addLabels', 'removeLabels'], () =>
        acts.setLabels(id, labels ?? [], call),
      ),
      ...step(customAttributes !== undefined, ['customAttributes'], () =>
        acts.setCustomAttributes(id, changedAttributes(before, customAttributes ?? null), call),
      ),
    ]
  }

  /** A time alone snoozes; no time alone lets what is snoozed sleep until somebody writes. */
  async #setStatus(before: Wire, { status, snoozedUntil }: ConversationChange, call: CallContext): Promise<void> {
    const id = before.integer('id')
    const { acts } = this.#parts.client
    const isSnoozed = before.optionalText('status') === 'snoozed'
    if (status === undefined && !snoozedUntil && !isSnoozed) return
    const wanted = status ?? 'snoozed'
    const word = STATUS_WORDS.get(wanted)
    if (word === undefined) throw invalid(['status'], `A conversation cannot be made ${wanted}.`)
    if (snoozedUntil && wanted !== 'snoozed') throw invalid(['snoozedUntil'], 'Only what is snoozed wakes up again.')
    const until = snoozedUntil ? { snoozed_until: Math.floor(snoozedUntil.getTime() / 1_000) } : {}
    await acts.setStatus(id, { status: word, ...until }, call)
  }

  /** A number that no team has would take the conversation from its team. */
  async #setTeam(id: number, team: string | null, call: CallContext): Promise<void> {
    const teams = team === null ? [] : await this.#parts.directory.teams(call)
    if (team !== null && !teams.some(({ externalId }) => externalId === team)) {
      throw invalid(['team'], 'There is no such team.')
    }
    await this.#parts.client.acts.assign(id, { team_id: Number(team ?? NOBODY) }, call)
  }

  /** A number that nobody has would unassign, and somebody who does not see the inbox would be taken. */
  async #setAssignee(before: Wire, assignee: PersonRef | null, call: CallContext): Promise<void> {
    const { client, directory } = this.#parts
    const id = before.integer('id')
    if (assignee === null) return client.acts.assign(id, { assignee_id: NOBODY }, call)
    const named = readPersonRef(assignee)
    const isBot = named?.type === 'bot'
    const eligible = isBot ? await directory.bots(call) : await directory.assignable(before.text('inbox_id'), call)
    if (named === null || !eligible.some(({ ref }) => ref.native === assignee.native)) {
      throw invalid(['assignee'], 'This is nobody who sees the conversation’s inbox.')
    }
    await client.acts.assign(id, { assignee_id: named.id, ...(isBot ? { assignee_type: 'AgentBot' } : {}) }, call)
  }

  /** A contact may close what is their own. */
  async #stepsOf(
    contact: Contact,
    ref: ConversationRef,
    { status }: ConversationChange,
    call: CallContext,
  ): Promise<readonly Step[]> {
    if (status !== 'closed') throw unsupported('STATUS')
    const session = await this.#sessions.of(ref, contact, 'STATUS', call)
    return [{ keys: ['status'], perform: () => this.#parts.client.acts.resolveAsContact(session, call) }]
  }

  /** What could be done is done: that it cannot be looked at now is no reason to say otherwise. */
  async #observe(ref: ConversationRef, call: CallContext): Promise<readonly DomainEvent[]> {
    const { client, account } = this.#parts
    const after = await orError(async () =>
      toConversationObserved(await client.getConversation(numericIdOf(ref), call), account),
    )
    return after instanceof ProviderError ? [] : after
  }
}

/** What Chatwoot takes for nobody and no team. */
const NOBODY = 0

const CAPABILITIES: Readonly<Record<ConversationChangeKey, Capability>> = {
  status: 'STATUS',
  snoozedUntil: 'SNOOZE',
  team: 'TEAM',
  assignee: 'ASSIGNEE',
  priority: 'PRIORITY',
  setLabels: 'SET_LABELS',
  addLabels: 'ADD_AND_REMOVE_LABELS',
  removeLabels: 'ADD_AND_REMOVE_LABELS',
  customAttributes: 'CUSTOM_ATTRIBUTES',
}

const KEYS = Object.keys(CAPABILITIES) as readonly ConversationChangeKey[]

const STATUS_WORDS: ReadonlyMap<ConversationStatus, string> = new Map(
  [...STATUSES].map(([word, status]) => [status, word]),
)
