import { absent } from '../kit/absent.ts'
import { orError } from '../kit/answer-each.ts'
import { Memberships } from '../kit/memberships.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type ConversationForViewer,
  type ConversationRef,
  type Message,
  type Participant,
  ProviderError,
} from '../port/index.ts'
import { contactOf } from './acting.ts'
import type { BirdClient } from './client.ts'
import { isIn, publicParticipant, toContactsMessage, toContactsView, withLastMessage } from './for-contact.ts'
import { MessageWalker } from './message-walk.ts'
import { readPersonRef, uuidOf } from './refs.ts'
import { toParticipant } from './to-person.ts'

/** Messages among which one is looked for that a contact may see. */
const NEWEST = 20

/** What the one who acts may see of what the access key reads: we everything, a contact what concerns them. */
export class Eyes {
  readonly #account: string
  readonly #client: BirdClient
  readonly #memberships = new Memberships()

  constructor(account: string, client: BirdClient) {
    this.#account = account
    this.#client = client
  }

  /**
   * Throws `NOT_FOUND` for a contact who takes no part. They are looked for before anything is read, so that a conversation of
   * others takes as long as none. Anew: that they took part some seconds ago does not count.
   */
  async enter(
    conversation: ConversationRef,
    call: CallContext,
    how: 'as before' | 'anew' = 'as before',
  ): Promise<void> {
    const contact = contactOf(call.actor)
    if (contact === null) return
    const [id, person] = [uuidOf(conversation), readPersonRef(contact).id]
    const ask = async () => {
      const participant = toParticipant(await this.#client.getParticipant(id, person, call), this.#account)
      return isIn([participant], contact) === true
    }
    await this.#memberships.confirm(contact, conversation, call, ask, how === 'anew')
  }

  ofConversation(view: ConversationForViewer, { actor }: CallContext): ConversationForViewer {
    const contact = contactOf(actor)
    return contact === null ? view : toContactsView(view, contact)
  }

  /**
   * Where what was last said is kept from a contact: with what was last said to them. A call. Otherwise they could tell that the
   * team said something.
   */
  async withLastPublic(
    view: ConversationForViewer,
    read: (wire: Wire) => Message,
    call: CallContext,
  ): Promise<ConversationForViewer> {
    const { ref, lastMessage } = view.conversation
    if (contactOf(call.actor) === null || lastMessage !== undefined || call.budget.remaining === 0) return view
    const walker = new MessageWalker(this.#client, ref, (wire) => this.ofMessage(read(wire), call), call)
    const page = await orError(() => walker.walk({ limit: NEWEST, from: null, direction: 'older' }))
    if (page instanceof ProviderError) return view
    const [newest] = page.rows
    return newest === undefined ? view : withLastMessage(view, newest.item)
  }

  /** One of those that Bird says are the contact's. Null where they have left it. */
  ofOwnConversation(view: ConversationForViewer, { actor }: CallContext): ConversationForViewer | null {
    const contact = contactOf(actor)
    const hasLeft = contact !== null && isIn(view.conversation.featuredParticipants, contact) === false
    return hasLeft ? null : view
  }

  /** Null where it is the team's own. */
  ofMessage(message: Message, { actor }: CallContext): Message | null {
    const contact = contactOf(actor)
    return contact === null ? message : toContactsMessage(message, contact)
  }

  /** The same where the message was asked for by name. */
  ofNamedMessage(message: Message, call: CallContext): Message {
    const seen = this.ofMessage(message, call)
    if (seen === null) throw absent()
    return seen
  }

  ofParticipant(participant: Participant, { actor }: CallContext): Participant {
    const contact = contactOf(actor)
    return contact === null ? participant : publicParticipant(participant, contact)
  }
}

/** What is the team's alone. */
export function refuseContact({ actor }: CallContext): void {
  if (contactOf(actor) === null) return
  throw new ProviderError('UNSUPPORTED', 'bird: a contact may not search people', { capability: 'PEOPLE_SEARCH' })
}
