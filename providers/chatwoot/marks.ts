import type { Wire } from '../kit/wire.ts'
import type {
  CallContext,
  ConversationRef,
  Done,
  Horizon,
  Mark,
  Marked,
  MarkPosition,
  PersonRef,
} from '../port/index.ts'
import { inTheOutcome } from './act-client.ts'
import type { ActParts } from './act-parts.ts'
import { type Contact, contactOf } from './acting.ts'
import type { ClientSessions } from './client-sessions.ts'
import { numericIdOf } from './refs.ts'
import { requireSupport, unsupported } from './refusing.ts'
import { type HorizonMoved, toHorizonEvents } from './to-events.ts'

/** Positions, which Chatwoot knows as times only: it sets them to now, or back to the last incoming message. */
export class Marks {
  readonly #parts: ActParts
  readonly #sessions: ClientSessions

  constructor(parts: ActParts, sessions: ClientSessions) {
    this.#parts = parts
    this.#sessions = sessions
  }

  async mark({ conversation, kind, position, visibility }: Mark, call: CallContext): Promise<Done<Marked>> {
    if (kind === 'delivered') throw unsupported('MARK_DELIVERED')
    requireSupport(call, kind === 'unread' ? 'MARK_UNREAD' : 'MARK_READ')
    if (kind === 'unread') return this.#markUnread(conversation, position, call)
    const contact = contactOf(call.actor)
    if (visibility === 'private') requireSupport(call, 'MARK_READ_PRIVATELY')
    if (contact !== null) return this.#readAsContact(conversation, contact, position, call)
    if (visibility === 'public') throw unsupported('MARK_READ')
    return this.#readAsAgent(conversation, position, call)
  }

  /** What agents have seen is told to nobody else, and by no event. */
  async #readAsAgent(ref: ConversationRef, position: MarkPosition, call: CallContext): Promise<Done<Marked>> {
    const self = await this.#parts.directory.agentRef(call)
    await this.#requireNewest(ref, position, call)
    const wire = await this.#parts.client.acts.updateLastSeen(numericIdOf(ref), call)
    const events = await inTheOutcome(() => toHorizonEvents(wire, this.#parts.account, self ?? 'team'))
    return { value: { horizon: ownHorizon(events, self), applied: null }, events }
  }

  async #markUnread(ref: ConversationRef, position: MarkPosition, call: CallContext): Promise<Done<Marked>> {
    const self = await this.#parts.directory.agentRef(call)
    await this.#requireLastIncoming(ref, position, call)
    const wire = await this.#parts.client.acts.markUnread(numericIdOf(ref), call)
    const events = await inTheOutcome(() => ourHorizonEvents(wire, this.#parts.account))
    return { value: { horizon: ownHorizon(events, self), applied: true }, events }
  }

  /** The client API answers nothing, so that the position is read afterwards. */
  async #readAsContact(
    ref: ConversationRef,
    contact: Contact,
    position: MarkPosition,
    call: CallContext,
  ): Promise<Done<Marked>> {
    const session = await this.#sessions.of(ref, contact, 'MARK_READ', call)
    await this.#requireNewest(ref, position, call)
    const { client, account } = this.#parts
    await client.acts.updateLastSeenAsContact(session, call)
    const moved = await inTheOutcome(async () =>
      toHorizonEvents(await client.getConversation(session.conversation, call), account, 'contact'),
    )
    const events = moved.filter(({ horizon }) => isHeldBy(horizon, contact.ref))
    return { value: { horizon: ownHorizon(events, contact.ref), applied: null }, events }
  }

  async #requireNewest(ref: ConversationRef, position: MarkPosition, call: CallContext): Promise<void> {
    if (position.kind === 'latest') return
    const written = (await this.#parts.messages.newest(ref, call)).filter(({ kind }) => kind !== 'activity')
    const [newest] = written
    const isNewest =
      position.kind === 'message'
        ? newest === undefined || newest.ref.native === position.message.native
        : newest === undefined || newest.createdAt <= position.at
    if (!isNewest) throw unsupported('MARK_READ_UP_TO_MESSAGE')
  }

  /** `latest` is the last incoming message, too: what we wrote ourselves never counts as unread. */
  async #requireLastIncoming(ref: ConversationRef, position: MarkPosition, call: CallContext): Promise<void> {
    if (position.kind === 'latest') return
    if (position.kind === 'time') throw unsupported('MARK_UNREAD')
    const walk = { limit: MOST_BEHIND, from: position.message, direction: 'newer' } as const
    const { rows, hasMore } = await this.#parts.messages.list(ref, walk, call)
    const incoming = rows.filter(({ item }) => item.side === 'customer').map(({ item }) => item.ref.native)
    const isLast = incoming.length === 1 && incoming[0] === position.message.native && hasMore === false
    if (!isLast) throw unsupported('MARK_UNREAD')
  }
}

/** How many messages after the last incoming one are looked through: one page. */
const MOST_BEHIND = 100

/** Of an agent who is not the assignee only the position of the whole team is kept. */
function ownHorizon(events: readonly HorizonMoved[], self: PersonRef | null): Horizon | null {
  const horizons = events.map(({ horizon }) => horizon)
  return horizons.find((one) => isHeldBy(one, self)) ?? horizons.find(({ holder }) => holder === 'team') ?? null
}

function isHeldBy({ holder }: Horizon, person: PersonRef | null): boolean {
  return typeof holder !== 'string' && holder.native === person?.native
}

/** Our side's positions, which went back: the team's, and the assignee's with it. */
function ourHorizonEvents(conversation: Wire, account: string): readonly HorizonMoved[] {
  const isOurs = ({ horizon: { holder } }: HorizonMoved) => holder === 'team' || isAgent(holder)
  return toHorizonEvents(conversation, account)
    .filter(isOurs)
    .map((event) => ({ ...event, movedBack: true, isNew: true }))
}

function isAgent(holder: Horizon['holder']): boolean {
  return typeof holder !== 'string' && holder.native.startsWith('user:')
}
