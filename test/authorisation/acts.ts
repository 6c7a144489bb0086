import { type GraphQLInputObjectType, isInputObjectType, isNonNullType } from 'graphql'
import { schema } from '../../schema/index.ts'
import { actDocument } from './documents.ts'
import type { Harvest } from './harvest.ts'
import type { Question } from './reads.ts'

/** Everything that can be done to one account, whoever does it: for each field of Mutation the inputs that stand for it. */
export function actsOf(harvest: Harvest, others: Harvest): readonly Question[] {
  return Object.keys(schema.getMutationType()?.getFields() ?? {}).flatMap((field) => {
    const make = ACTS[field]
    if (make === undefined) throw new Error(`Mutation.${field} has no case in the matrix of authorisation`)
    const inputs = make(harvest, others)
    checkAllNamed(field, inputs)
    const document = actDocument(field, harvest.vendor)
    return inputs.map((input) => ({
      field: `Mutation.${field}`,
      kind: kindOf(field, input),
      document,
      variables: { input },
    }))
  })
}

type Input = Readonly<Record<string, unknown>>
type Acts = (own: Harvest, others: Harvest) => readonly Input[]

let keys = 0
const newKey = () => {
  keys += 1
  return `matrix-${keys}`
}
const LATER = '2027-01-01T00:00:00Z'

const ACTS: Readonly<Record<string, Acts>> = {
  sendMessage: (own, others) =>
    own.of('Conversation').flatMap((conversationId) => {
      const plain = () => ({ conversationId, clientMessageId: newKey(), text: 'said in the matrix' })
      return [
        plain(),
        { ...plain(), visibility: 'PRIVATE' },
        ...some(own.of('Message'), conversationId).map((replyToMessageId) => ({ ...plain(), replyToMessageId })),
        ...some(others.of('Message'), conversationId, 1).map((replyToMessageId) => ({ ...plain(), replyToMessageId })),
        { ...plain(), attachments: [{ uploadId: 'an-upload-of-nobody' }] },
      ]
    }),
  editMessage: (own) => own.of('Message').map((messageId) => ({ messageId, text: 'changed in the matrix' })),
  deleteMessage: (own) => own.of('Message').map((messageId, index) => ({ messageId, permanently: index % 2 === 0 })),
  retryMessage: (own) => own.of('Message').map((messageId) => ({ messageId })),
  markRead: (own, others) =>
    own.of('Conversation').flatMap((conversationId) => [
      { conversationId, upTo: { latest: true } },
      { conversationId, upTo: { latest: true }, visibility: 'PRIVATE' },
      { conversationId, upTo: { at: LATER } },
      ...[...some(own.of('Message'), conversationId), ...some(others.of('Message'), conversationId, 1)].map(
        (messageId) => ({
          conversationId,
          upTo: { messageId },
        }),
      ),
    ]),
  markDelivered: (own) =>
    own
      .of('Conversation')
      .flatMap((conversationId) => [
        { conversationId, upTo: { latest: true } },
        ...some(own.of('Message'), conversationId, 1).map((messageId) => ({ conversationId, upTo: { messageId } })),
      ]),
  markUnread: (own) =>
    own
      .of('Conversation')
      .flatMap((conversationId) => [
        { conversationId },
        ...some(own.of('Message'), conversationId, 1).map((messageId) => ({ conversationId, from: { messageId } })),
      ]),
  setTyping: (own) => own.of('Conversation').map((conversationId) => ({ conversationId, typing: true })),
  startConversation: (own, others) => {
    const plain = () => ({ accountId: own.account, clientMessageId: newKey(), firstMessage: 'begun in the matrix' })
    const [channelId] = own.of('Channel')
    return [
      ...own.of('Person').map((personId) => ({ ...plain(), with: [{ personId }] })),
      ...own
        .of('Person')
        .slice(0, 6)
        .flatMap((personId) => {
          return own
            .of('Channel')
            .map((channel) => ({ ...plain(), with: [{ personId }], channelId: channel, title: 'A title' }))
        }),
      ...others
        .of('Person')
        .slice(0, 2)
        .map((personId) => ({ ...plain(), with: [{ personId }] })),
      { ...plain(), with: [{ externalId: '16' }], title: 'A title', ...(channelId && { channelId }) },
      { ...plain(), with: [{ email: 'vera@example.com' }], channelId: channelId ?? own.account, title: 'A title' },
      { ...plain(), with: [{ phone: '+99900000001' }] },
    ]
  },
  updateConversation: (own, others) =>
    own
      .of('Conversation')
      .flatMap((conversationId) => [
        { conversationId, status: 'CLOSED' },
        { conversationId, priority: 'URGENT' },
        { conversationId, addLabels: ['vip'] },
        { conversationId, removeLabels: ['vip'] },
        { conversationId, setLabels: ['gift'] },
        { conversationId, snoozeUntil: LATER },
        { conversationId, customAttributes: { matrix: 'was here' } },
        ...some(own.of('Person'), conversationId, 1).map((assigneeId) => ({ conversationId, assigneeId })),
        ...some(others.of('Person'), conversationId, 1).map((assigneeId) => ({ conversationId, assigneeId })),
        { conversationId, teamId: own.of('Team')[0] ?? own.account },
      ]),
  changeParticipants: (own, others) =>
    own
      .of('Conversation')
      .flatMap((conversationId) => [
        ...some(own.of('Person'), conversationId).map((personId) => ({ conversationId, add: [{ personId }] })),
        ...some(others.of('Person'), conversationId, 1).map((personId) => ({ conversationId, add: [{ personId }] })),
        ...some(own.of('Participant'), conversationId).map((id) => ({ conversationId, remove: [id] })),
      ]),
  deleteConversation: (own) =>
    own.of('Conversation').flatMap((conversationId) => [
      { conversationId, scope: 'FOR_ME' },
      { conversationId, scope: 'FOR_EVERYONE' },
    ]),
  createAttachmentUpload: (own) =>
    own
      .of('Conversation')
      .map((conversationId) => ({ conversationId, fileName: 'a.txt', mimeType: 'text/plain', sizeBytes: 4 })),
}

/** Not always the same ones, but for the same conversation always. */
function some(list: readonly string[], conversation: string, count = 2): readonly string[] {
  if (list.length === 0) return []
  const start = [...conversation].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  return Array.from({ length: count }, (_, index) => list[(start + index * 7) % list.length] ?? '')
}

function kindOf(field: string, input: Input): string {
  const parts = Object.keys(input).filter((key) => !['conversationId', 'clientMessageId', 'accountId'].includes(key))
  const words = parts.map((key) =>
    typeof input[key] === 'string' && /^[A-Z_]+$/.test(String(input[key])) ? `${key} ${input[key]}` : key,
  )
  return [field, ...words].join(' ')
}

/** A new field of an input is a new way to reach something. */
function checkAllNamed(field: string, inputs: readonly Input[]): void {
  const argument = schema
    .getMutationType()
    ?.getFields()
    [field]?.args.find(({ name }) => name === 'input')
  const type = argument && (isNonNullType(argument.type) ? argument.type.ofType : argument.type)
  if (!isInputObjectType(type)) throw new Error(`Mutation.${field} takes no input`)
  const named = new Set(inputs.flatMap((input) => Object.keys(input)))
  const missing = Object.keys((type as GraphQLInputObjectType).getFields()).filter((name) => !named.has(name))
  if (missing.length > 0) throw new Error(`Mutation.${field}: no case of the matrix has ${missing.join(', ')}`)
}
