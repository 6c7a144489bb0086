import { type EmulatedActs, type EmulatorState, UnknownThing, type WebhookTarget } from '../../kit/emulator/index.ts'
import {
  APP_SYSTEM,
  type Conversation,
  compose,
  type Group,
  type Membership,
  type Message,
  peopleIn,
  type Side,
  type User,
} from './entities.ts'
import { hasConversation, mark, type ReceiptKind, receiptAt, unreadOf } from './receipts.ts'
import type { AppState } from './state.ts'
import type { Webhooks } from './webhooks.ts'

/** What people do in the emulated app, with the webhooks that this makes CometChat send. */
export class Acts implements EmulatedActs {
  readonly #state: AppState
  readonly #webhooks: Webhooks
  readonly #marksFireWebhooks: boolean

  /** `marksFireWebhooks`: whether marks made over the REST API are told like those of a person's own app. */
  constructor(state: AppState, webhooks: Webhooks, { marksFireWebhooks }: { readonly marksFireWebhooks: boolean }) {
    this.#state = state
    this.#webhooks = webhooks
    this.#marksFireWebhooks = marksFireWebhooks
  }

  say(conversation: string, person: string, text: string): { readonly message: string } {
    const { conversation: place, user: sender } = this.#find(conversation, person)
    const message = this.post(compose({ conversation: place, sender, sentAt: this.now(), data: { text } }))
    return { message: String(message.id) }
  }

  receive(conversation: string, person: string): void {
    this.#mark('delivered', conversation, person, null)
  }

  read(conversation: string, person: string, upTo: string | null): void {
    this.#mark('read', conversation, person, upTo)
  }

  state(): CometChatState {
    const conversations = [...this.#state.conversations.values()].filter(({ messages }) => messages.length > 0)
    return {
      people: [...this.#state.users.values()].map(({ uid, name }) => ({ id: uid, name })),
      conversations: conversations.map((conversation) => ({
        id: conversation.id,
        people: peopleIn(conversation).map(({ uid }) => uid),
        messages: conversation.messages.map(toTruth),
        views: [...conversation.sides.values()].map(toView),
      })),
    }
  }

  deliverWebhooksTo(target: WebhookTarget | null): void {
    this.#webhooks.deliverTo(target)
  }

  close(): void {
    this.#webhooks.close()
  }

  /** UNIX seconds, never before what has been said already. */
  now(): number {
    return Math.max(Math.floor(Date.now() / 1000), this.#state.messages.at(-1)?.sentAt ?? 0)
  }

  /** Files a message and tells of it. */
  post(message: Message): Message {
    const filed = this.#state.file(message)
    this.#webhooks.messageSent(filed)
    return filed
  }

  /** Files what tells of an edit or a deletion. */
  postChange(deed: Message): Message {
    const filed = this.#state.file(deed)
    this.#webhooks.messageChanged(filed)
    return filed
  }

  /** Tells of people who came into a group, or went. */
  tellOfMembers(what: 'added' | 'kicked' | 'banned', group: Group, people: readonly User[], by: User): void {
    this.#webhooks.members(what, group, people, by)
  }

  tellOfScope(group: Group, member: Membership, oldScope: string, by: User): void {
    this.#webhooks.scopeChanged(group, member, oldScope, by)
  }

  markOverRest(kind: ReceiptKind, side: Side, upTo: number | null): void {
    this.#move(kind, side, upTo, this.#marksFireWebhooks)
  }

  #mark(kind: ReceiptKind, conversation: string, person: string, upTo: string | null): void {
    const { conversation: place, user } = this.#find(conversation, person)
    if (upTo !== null && !place.messages.some((message) => String(message.id) === upTo))
      throw new UnknownThing(`no message ${upTo} in conversation ${conversation}`)
    const side = place.sides.get(user.uid)
    if (side !== undefined) this.#move(kind, side, upTo === null ? null : Number(upTo), true)
  }

  /** A receipt that changes nothing tells nobody. `upTo` null: everything. */
  #move(kind: ReceiptKind, side: Side, upTo: number | null, tells: boolean): void {
    const at = this.now()
    const target = mark(kind, side, upTo, at)
    if (target !== null && tells) this.#webhooks.receipt(kind, side.user, target, at)
  }

  #find(conversation: string, person: string): { readonly conversation: Conversation; readonly user: User } {
    const found = this.#state.conversations.get(conversation)
    if (found === undefined) throw new UnknownThing(`no conversation ${conversation}`)
    const user = peopleIn(found).find(({ uid }) => uid === person)
    if (user === undefined) throw new UnknownThing(`no ${person} in conversation ${conversation}`)
    return { conversation: found, user }
  }
}

/** What is true, and what of it each person has. */
export interface CometChatState extends EmulatorState {
  readonly conversations: readonly (Omit<TrueConversation, 'messages'> & {
    readonly messages: readonly Saying[]
    readonly views: readonly View[]
  })[]
}

type TrueConversation = EmulatorState['conversations'][number]

type Saying = TrueConversation['messages'][number] & {
  /** What its sender called it; null: nothing. */
  readonly muid: string | null
  /** Addresses of files. */
  readonly files: readonly string[]
}

interface View {
  readonly person: string
  /** False: deleted for this person, or they are no longer in the group. */
  readonly hasIt: boolean
  readonly unread: number
  /** Ids of messages; 0: none. */
  readonly deliveredUpTo: string
  readonly readUpTo: string
  readonly tags: readonly string[]
}

function toView(side: Side): View {
  return {
    person: side.user.uid,
    hasIt: hasConversation(side),
    unread: unreadOf(side).length,
    deliveredUpTo: String(side.delivered.upTo),
    readUpTo: String(side.read.upTo),
    tags: side.tags,
  }
}

function toTruth(message: Message): Saying {
  const { id, sender, data, deleted, sentAt, muid = null } = message
  return {
    id: String(id),
    person: sender === APP_SYSTEM ? null : sender.uid,
    text: typeof data.text === 'string' && !deleted ? data.text : null,
    createdAt: toIso(sentAt) ?? '',
    deliveredAt: toIso(receiptAt('delivered', message)),
    readAt: toIso(receiptAt('read', message)),
    muid,
    files: filesIn(data),
  }
}

function filesIn({ attachments }: Message['data']): readonly string[] {
  if (!Array.isArray(attachments)) return []
  return attachments.map(({ url }: { readonly url: unknown }) => String(url))
}

function toIso(seconds: number | undefined): string | null {
  return seconds === undefined ? null : new Date(seconds * 1000).toISOString()
}
