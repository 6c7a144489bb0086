import type { BirdTruth } from '../../providers/bird/emulator/state.ts'
import type { CometChatState } from '../../providers/cometchat/emulator/index.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import type { VendorName } from './world.ts'

/** What is true of a conversation in a vendor, in words that are the same for all. Ids are the vendor's own. */
export interface Truth {
  readonly people: readonly string[]
  /** As the API says it; null where there is none. */
  readonly status: string | null
  readonly snoozedUntil: string | null
  readonly assignee: string | null
  readonly team: string | null
  readonly priority: string | null
  /** Of whoever acts, where everybody has their own. */
  readonly labels: readonly string[]
  readonly customAttributes: Readonly<Record<string, unknown>>
  /** The newest message that whoever acts has got, or read, of those that count; null: none, or that is not kept. */
  readonly deliveredUpTo: string | null
  readonly readUpTo: string | null
  /** How many messages whoever acts has not read; null: that is not kept. */
  readonly unread: number | null
  readonly messages: readonly TrueMessage[]
}

export interface TrueMessage {
  readonly id: string
  readonly person: string | null
  readonly text: string | null
  readonly createdAt: string
  /** Under which its sender sent it; null: none. */
  readonly key: string | null
  readonly isNote: boolean
  readonly isDraft: boolean
  readonly isDeleted: boolean
  readonly hasFailed: boolean
  readonly replyTo: string | null
  readonly files: number
}

/** Null: it is not there, or not for whoever acts. */
export function truthOf(vendor: VendorName, state: EmulatorState, conversation: string): Truth | null {
  return READERS[vendor](state, conversation)
}

/** Of those who take part, somebody who is none of us. */
export function customerIn(vendor: VendorName, people: readonly string[]): string | undefined {
  return people.find(IS_CUSTOMER[vendor])
}

/** For whom the emulated app's settings act. */
const ACTS_AS = 'nora'

const IS_CUSTOMER: Readonly<Record<VendorName, (person: string, index: number) => boolean>> = {
  cometchat: (person) => person !== ACTS_AS,
  chatwoot: (person) => person.startsWith('contact:'),
  bird: (_person, index) => index === 0,
}

type ReadTruth = (state: EmulatorState, conversation: string) => Truth | null

const READERS: Readonly<Record<VendorName, ReadTruth>> = {
  cometchat: (state, id) => readCometChat(state as CometChatState, id),
  chatwoot: readChatwoot,
  bird: (state, id) => readBird(state as BirdTruth, id),
}

const NOTHING = {
  status: null,
  snoozedUntil: null,
  assignee: null,
  team: null,
  priority: null,
  labels: [],
  customAttributes: {},
  deliveredUpTo: null,
  readUpTo: null,
  unread: null,
}

const PLAIN = { isNote: false, isDraft: false, isDeleted: false, hasFailed: false, replyTo: null, files: 0 }

function readCometChat({ conversations }: CometChatState, id: string): Truth | null {
  const found = conversations.find((one) => one.id === id)
  const view = found?.views.find(({ person }) => person === ACTS_AS)
  if (found === undefined || view === undefined || !view.hasIt) return null
  return {
    ...NOTHING,
    people: found.people,
    labels: view.tags,
    deliveredUpTo: view.deliveredUpTo === '0' ? null : view.deliveredUpTo,
    readUpTo: view.readUpTo === '0' ? null : view.readUpTo,
    unread: view.unread,
    messages: found.messages.map(({ id, person, text, createdAt, muid, files }) => ({
      ...PLAIN,
      ...{ id, person, text, createdAt },
      key: muid,
      isDeleted: text === null && files.length === 0,
      files: files.length,
    })),
  }
}

const CHATWOOT_STATUS: Readonly<Record<string, string>> = {
  open: 'OPEN',
  resolved: 'CLOSED',
  pending: 'PENDING',
  snoozed: 'SNOOZED',
}

/** More than what all emulators tell has no type there. */
function readChatwoot({ conversations }: { readonly conversations: readonly any[] }, id: string): Truth | null {
  const found = conversations.find((one) => one.id === id)
  if (found === undefined) return null
  const { people, snoozedUntil, assignee, team, priority, labels, customAttributes, agentLastSeenAt } = found
  const seen = (message: any) => agentLastSeenAt !== null && message.createdAt <= agentLastSeenAt
  const spoken = found.messages.filter(({ person }: any) => person !== null)
  const incoming = spoken.filter(({ person }: any) => person.startsWith('contact:'))
  return {
    ...NOTHING,
    ...{ people, snoozedUntil, assignee, team, labels, customAttributes },
    priority: priority === null ? null : priority.toUpperCase(),
    status: CHATWOOT_STATUS[found.status] ?? found.status,
    readUpTo: spoken.findLast(seen)?.id ?? null,
    unread: incoming.filter((message: any) => !seen(message)).length,
    messages: found.messages.map(readChatwootMessage),
  }
}

function readChatwootMessage({ id, person, text, createdAt, attributes, status, isPrivate, files }: any): TrueMessage {
  return {
    ...PLAIN,
    ...{ id, person, text, createdAt },
    key: attributes.client_message_id ?? null,
    isNote: isPrivate,
    isDeleted: attributes.deleted === true,
    hasFailed: status === 'failed',
    replyTo: attributes.in_reply_to === undefined ? null : String(attributes.in_reply_to),
    files: files.length,
  }
}

const BIRD_STATUS: Readonly<Record<string, string>> = { active: 'OPEN', closed: 'CLOSED', archived: 'ARCHIVED' }

function readBird({ conversations }: BirdTruth, id: string): Truth | null {
  const found = conversations.find((one) => one.id === id)
  if (found === undefined || found.status === 'deleted') return null
  return {
    ...NOTHING,
    people: found.people,
    status: BIRD_STATUS[found.status] ?? found.status,
    customAttributes: Object(found.attributes),
    messages: found.messages.map(({ id, person, text, createdAt, reference, replyTo, draft, status, body }) => ({
      ...PLAIN,
      ...{ id, person, text, createdAt, replyTo },
      key: reference === '' ? null : reference,
      isDraft: draft,
      isDeleted: status === 'deleted',
      hasFailed: status === 'delivery_failed',
      files: countFiles(body),
    })),
  }
}

function countFiles(body: BirdTruth['conversations'][number]['messages'][number]['body']): number {
  const { text, image, file }: any = body ?? {}
  return (text?.attachments ?? image?.images ?? file?.files ?? []).length
}
