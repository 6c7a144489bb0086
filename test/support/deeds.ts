import { randomUUID } from 'node:crypto'
import type { Picked } from '../gateway/acting-client.ts'
import type { ActingStage } from './acting-stage.ts'
import { changes } from './deeds-of-change.ts'
import { marks } from './deeds-of-marking.ts'
import type { TrueMessage, Truth } from './vendor-truth.ts'

/** One way to use a mutation. */
export interface Deed {
  readonly mutation: string
  readonly how: string
  perform(stage: ActingStage): Promise<Performed>
}

export interface Performed {
  readonly answer: any
  /** Whether the vendor's own state says so too. Asked only where the answer is a success. */
  isDone(answer: any): Promise<boolean>
}

const BYTES = new TextEncoder().encode('We open at nine.')

/** A conversation in which everything can be said that can be said there at all. */
export function findOpen(stage: ActingStage): Promise<Picked> {
  return stage.pick(({ kind, status }) => kind !== 'GROUP' && (status ?? 'OPEN') === 'OPEN')
}

/** Says something; the conversation, and the global id of what was said. */
export async function speak(stage: ActingStage, conversation?: Picked) {
  const room = conversation ?? (await findOpen(stage))
  const input = { conversationId: room.id, clientMessageId: randomUUID(), text: `As agreed ${randomUUID()}` }
  const { messageEdge } = await stage.client.act('sendMessage', input, 'messageEdge { node { id externalId } }')
  return { room, messageId: messageEdge.node.id as string, externalId: messageEdge.node.externalId as string }
}

function sending(how: string, toDraft: (stage: ActingStage, room: Picked) => Promise<object>, fits: Fits): Deed {
  return {
    mutation: 'sendMessage',
    how,
    perform: async (stage) => {
      const room = await findOpen(stage)
      const clientMessageId = randomUUID()
      const draft = await toDraft(stage, room)
      const answer = await stage.client.act('sendMessage', { conversationId: room.id, clientMessageId, ...draft })
      const isDone = async () => {
        const truth = await stage.presentTruth(room)
        const said = truth.messages.filter(({ key }) => key?.endsWith(clientMessageId))
        return said.length === 1 && said.every((message) => fits(message, truth))
      }
      return { answer, isDone }
    },
  }
}

type Fits = (message: TrueMessage, truth: Truth) => boolean

async function upload(stage: ActingStage, { id }: Picked): Promise<any> {
  const file = { fileName: 'hours.txt', mimeType: 'text/plain', sizeBytes: BYTES.length }
  const selection = 'upload { uploadId url headers { name value } }'
  const answer = await stage.client.act('createAttachmentUpload', { conversationId: id, ...file }, selection)
  if (answer.upload === undefined) return answer
  const { url, headers } = answer.upload
  const named = headers.map(({ name, value }: any) => [name, value])
  const put = await fetch(url, { method: 'PUT', headers: Object.fromEntries(named), body: BYTES })
  if (!put.ok) throw new Error(`the bytes were not taken: ${put.status}`)
  return answer
}

const sends: readonly Deed[] = [
  sending(
    'a text',
    async () => ({ text: 'We open at nine.' }),
    ({ text, isNote }) => !isNote && text === 'We open at nine.',
  ),
  sending(
    'a private note',
    async () => ({ text: 'VIP', visibility: 'PRIVATE_NOTE' }),
    ({ isNote }) => isNote,
  ),
  sending(
    'a reply',
    async (stage, room) => {
      const asked = await stage.hear(room, 'When do you open?')
      return { text: 'At nine', replyToMessageId: await stage.messageId(room, { id: asked }) }
    },
    ({ replyTo }, { messages }) => messages.some(({ id, text }) => id === replyTo && text === 'When do you open?'),
  ),
  sending(
    'a file by URL',
    async ({ publicFile }) => ({ attachments: [{ url: publicFile }] }),
    ({ files }) => files === 1,
  ),
  sending(
    'a text and two files',
    async ({ publicFile }) => ({ text: 'Both', attachments: [{ url: publicFile }, { url: publicFile }] }),
    ({ files, text }) => files === 2 && text === 'Both',
  ),
  {
    mutation: 'createAttachmentUpload',
    how: 'its bytes PUT, and sendMessage',
    perform: async (stage) => {
      const room = await findOpen(stage)
      const answer = await upload(stage, room)
      const isDone = async () => {
        const clientMessageId = randomUUID()
        const attachments = [{ uploadId: answer.upload.uploadId }]
        await stage.client.act('sendMessage', { conversationId: room.id, clientMessageId, attachments })
        const { messages } = await stage.presentTruth(room)
        return messages.some(({ key, files }) => key?.endsWith(clientMessageId) && files === 1)
      }
      return { answer, isDone }
    },
  },
]

const STRANGERS = {
  cometchat: { externalId: 'vera' },
  chatwoot: { email: 'a.new.reader@example.org' },
  bird: { phone: '+31612340001' },
} as const

const start: Deed = {
  mutation: 'startConversation',
  how: '',
  perform: async (stage) => {
    const { id, channels } = await stage.account()
    const channel = channels.find(({ type }: any) => type === 'API' || type === 'WHATSAPP')
    const clientMessageId = randomUUID()
    const input = {
      accountId: id,
      with: [STRANGERS[stage.vendor]],
      clientMessageId,
      firstMessage: 'Good morning',
      ...(channel && { channelId: channel.id }),
    }
    const selection = 'conversationEdge { node { externalId } } messageEdge { node { externalId } }'
    const answer = await stage.client.act('startConversation', input, selection)
    const isDone = async ({ conversationEdge, messageEdge }: any) => {
      const { messages } = await stage.presentTruth(conversationEdge.node)
      const first = messages.find(({ id }) => id === messageEdge.node.externalId)
      return first?.text === 'Good morning' && first.key?.endsWith(clientMessageId) === true
    }
    return { answer, isDone }
  },
}

/** A draft where somebody has left one that we can see, and else what we say ourselves. */
async function findEditable(stage: ActingStage) {
  const room = await stage.find((_, { messages }) => messages.some(({ isDraft }) => isDraft))
  const draft = room && (await stage.presentTruth(room)).messages.find(({ isDraft }) => isDraft)
  const messageId = room && draft ? await stage.messageId(room, draft) : null
  return room && draft && messageId ? { room, messageId, externalId: draft.id } : speak(stage)
}

const edit: Deed = {
  mutation: 'editMessage',
  how: '',
  perform: async (stage) => {
    const { room, messageId, externalId } = await findEditable(stage)
    const text = 'At ten, we are sorry'
    const answer = await stage.client.act('editMessage', { messageId, text })
    const isDone = async () =>
      (await stage.presentTruth(room)).messages.some((one) => one.id === externalId && one.text === text)
    return { answer, isDone }
  },
}

function deleting(permanently: boolean): Deed {
  return {
    mutation: 'deleteMessage',
    how: permanently ? 'permanently' : '',
    perform: async (stage) => {
      const { room, messageId, externalId } = await speak(stage)
      const answer = await stage.client.act('deleteMessage', { messageId, permanently })
      const isDone = async () => {
        const left = (await stage.presentTruth(room)).messages.find(({ id }) => id === externalId)
        return left === undefined || left.isDeleted
      }
      return { answer, isDone }
    },
  }
}

/** What has failed where anything has, and else what we say ourselves. */
const retry: Deed = {
  mutation: 'retryMessage',
  how: '',
  perform: async (stage) => {
    const isFailed = ({ hasFailed, isDeleted }: TrueMessage) => hasFailed && !isDeleted
    const room = await stage.find((_, { messages }) => messages.some(isFailed))
    const failed = room && (await stage.presentTruth(room)).messages.find(isFailed)
    const messageId = (room && failed && (await stage.messageId(room, failed))) ?? (await speak(stage)).messageId
    const answer = await stage.client.act('retryMessage', { messageId })
    const isDone = async () => {
      if (!room || !failed) return false
      const now = (await stage.presentTruth(room)).messages.find(({ id }) => id === failed.id)
      return now?.hasFailed === false
    }
    return { answer, isDone }
  },
}

const typing: Deed = {
  mutation: 'setTyping',
  how: '',
  perform: async (stage) => {
    const room = await findOpen(stage)
    const answer = await stage.client.act('setTyping', { conversationId: room.id, typing: true })
    // Nobody keeps who types: that the vendor took it is all there is to see.
    const isDone = async () => {
      const { path, status } = await stage.lastRequest()
      return path.includes('typing') && status < 300
    }
    return { answer, isDone }
  },
}

/** Every mutation, in every way that differs somewhere. The last ones leave nothing behind for others. */
export const DEEDS: readonly Deed[] = [
  ...sends,
  start,
  edit,
  deleting(false),
  deleting(true),
  retry,
  ...marks,
  ...changes,
  typing,
]
