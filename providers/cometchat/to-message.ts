import { fixedWidth } from '../kit/sort-key.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type Attachment,
  type Message,
  type MessageKind,
  type MessagePreview,
  type Person,
  ProviderError,
  type Side,
} from '../port/index.ts'
import { readClientMessageId } from './client-message-id.ts'
import type { CometChatAction, CometChatMessage } from './details.ts'
import { messageRef, SYSTEM_UID } from './refs.ts'
import { toGroupDetails, toPerson, toPersonByUid, toUserDetails } from './to-person.ts'
import { type Scene, toDelivery, toReceipts } from './to-receipts.ts'
import { objectIfAny } from './wire.ts'

/** A message as lists and conversations carry it: in groups it does not say who has it. */
export function toMessage(message: Wire, scene: Scene): Message {
  const data = objectIfAny(message, 'data')
  const side = sideOf(message)
  const attachments = toAttachments(data)
  const text = data?.filledText('text') ?? null
  const deletedAt = message.epochSeconds('deletedAt')
  const quoted = objectIfAny(message, 'quotedMessage')
  const id = message.text('id')
  return {
    ref: messageRef(scene.conversation, id),
    externalId: id,
    sender: toSender(message, data, scene.conversation.account),
    side,
    audience: 'public',
    kind: kindOf(message, text, attachments),
    sortKey: messageSortKey(id),
    text,
    html: null,
    attachments,
    location: null,
    recipients: [],
    replyTo: quoted === null ? null : messageRef(scene.conversation, quoted.text('id')),
    createdAt: message.requiredEpochSeconds('sentAt'),
    updatedAt: message.epochSeconds('updatedAt'),
    editedAt: message.epochSeconds('editedAt'),
    isDraft: false,
    deleted: deletedAt === null ? null : { at: deletedAt },
    delivery: hasReceipts(message) ? toDelivery(message) : null,
    receipts: !hasReceipts(message) ? [] : scene.isGroup ? undefined : toReceipts(message, scene),
    clientMessageId: readClientMessageId(message.optionalText('muid')),
    details: toMessageDetails(message, data, scene),
  }
}

/** A message read by its id, which alone says who of a group has it. */
export function toSingleMessage(message: Wire, scene: Scene): Message {
  const translated = toMessage(message, scene)
  return hasReceipts(message) ? { ...translated, receipts: toReceipts(message, scene) } : translated
}

/** Nobody acknowledges a call or something that happened. */
function hasReceipts(message: Wire): boolean {
  return sideOf(message) !== 'system' && message.text('category') !== 'call'
}

export function toPreview(message: Message): MessagePreview {
  const { text, kind, audience, side, sender, createdAt, delivery } = message
  return {
    message: message.ref,
    text,
    isTruncated: false,
    kind,
    audience,
    side,
    isDraft: false,
    isDeleted: message.deleted !== null,
    sender,
    createdAt,
    delivery,
    full: message,
  }
}

/** Ids are decimal numbers that grow, sent as text. */
export function messageSortKey(id: string): string {
  if (!/^\d+$/.test(id)) throw new ProviderError('MALFORMED', 'cometchat: a message id is not a whole number')
  return fixedWidth(BigInt(id), 20)
}

function sideOf(message: Wire): Side {
  return message.text('category') === 'action' || message.text('sender') === SYSTEM_UID ? 'system' : 'peer'
}

function toSender(message: Wire, data: Wire | null, account: string): Person {
  const uid = message.text('sender')
  const sender = entityOf(data, 'sender') ?? entityOf(data, 'by')
  const isWhole = sender?.type === 'user' && sender.entity.optionalText('uid') === uid
  return isWhole ? toPerson(account, sender.entity) : toPersonByUid(account, uid)
}

const KIND_OF_CATEGORY: ReadonlyMap<string, MessageKind> = new Map([
  ['action', 'activity'],
  ['call', 'call'],
  ['interactive', 'interactive'],
  ['card', 'interactive'],
])

const MEDIA_TYPES: ReadonlySet<string> = new Set(['image', 'audio', 'video', 'file'])

/** The type of a custom message is any word of the app's own. */
function kindOf(message: Wire, text: string | null, attachments: readonly Attachment[]): MessageKind {
  const category = message.text('category')
  const known = KIND_OF_CATEGORY.get(category)
  if (known !== undefined) return known
  if (category === 'message') {
    if (message.text('type') === 'text') return 'text'
    if (MEDIA_TYPES.has(message.text('type'))) return 'media'
  }
  if (attachments.length > 0) return 'media'
  return text === null ? 'other' : 'text'
}

/** `data.url` repeats the first of `data.attachments`, or stands alone. */
function toAttachments(data: Wire | null): readonly Attachment[] {
  if (data === null) return []
  const listed = data.list('attachments')
  const files = listed.length > 0 ? listed : [data]
  return files.flatMap((file, index) => {
    const url = file.url('url')
    return url === null ? [] : [toAttachment(file, String(index), url)]
  })
}

function toAttachment(file: Wire, key: string, url: string): Attachment {
  return {
    key,
    url,
    thumbnailUrl: null,
    opensFor: 'anyone',
    urlExpiresAt: null,
    mimeType: file.filledText('mimeType'),
    fileName: file.filledText('name'),
    sizeBytes: file.optionalInteger('size'),
    width: null,
    height: null,
  }
}

function toMessageDetails(message: Wire, data: Wire | null, scene: Scene): CometChatMessage {
  return {
    shape: 'cometchat-message',
    category: message.text('category'),
    type: message.text('type'),
    muid: message.filledText('muid'),
    parentMessageId: message.filledText('parentId'),
    receiver: message.filledText('receiver'),
    receiverType: message.filledText('receiverType'),
    action: toAction(data, scene),
    metadata: data?.jsonObject('metadata') ?? null,
    customData: data?.jsonObject('customData') ?? null,
  }
}

function toAction(data: Wire | null, scene: Scene): CometChatAction | null {
  const name = data?.filledText('action') ?? null
  if (name === null) return null
  const entity = (role: 'by' | 'on' | 'for', type: string) => {
    const found = entityOf(data, role)
    return found?.type === type ? found.entity : null
  }
  const [by, onUser, onMessage] = [entity('by', 'user'), entity('on', 'user'), entity('on', 'message')]
  const [forUser, forGroup] = [entity('for', 'user'), entity('for', 'group')]
  return {
    name,
    by: by && toUserDetails(by),
    onUser: onUser && toUserDetails(onUser),
    onMessage: onMessage && messageRef(scene.conversation, onMessage.text('id')),
    forUser: forUser && toUserDetails(forUser),
    forGroup: forGroup && toGroupDetails(forGroup),
  }
}

interface Entity {
  /** `user`, `group`, `message`, `call`. */
  readonly type: string | null
  readonly entity: Wire
}

function entityOf(data: Wire | null, role: string): Entity | null {
  const entities = data === null ? null : objectIfAny(data, 'entities')
  const wrapper = entities === null ? null : objectIfAny(entities, role)
  const entity = wrapper === null ? null : objectIfAny(wrapper, 'entity')
  return wrapper === null || entity === null ? null : { type: wrapper.optionalText('entityType'), entity }
}
