import type {
  CallContext,
  Capability,
  Conversation,
  Draft,
  Mark,
  MarkPosition,
  MessageRef,
  OutgoingFile,
  PersonQuery,
  PersonRef,
  ProviderActs,
} from '../../providers/port/index.ts'
import type { TrueMessage, Truth } from '../support/vendor-truth.ts'
import { CHANGES } from './acts-of-change.ts'

/** What an act is done to, and with. */
export interface Subject {
  readonly conversation: Conversation
  /** What it is about, or what it answers. */
  readonly message: MessageRef
  /** Of what is sent. */
  readonly key: string
  readonly newcomer: PersonQuery
  readonly stranger: PersonQuery
  readonly channel: string | null
  readonly assignee: PersonRef
  readonly team: string
  /** Somebody who takes part. */
  readonly participant: PersonRef
}

/** Which message an act is about; for some it has to be there first. */
export type About = 'any' | 'own' | 'editable' | 'news' | 'failed' | 'newcomer'

export interface TriedAct {
  /** All of them. */
  readonly needs: readonly Capability[]
  readonly about: About
  /** Whether an adapter does it again where it does not know: never what would leave two. */
  readonly again: 'never' | 'may' | 'does'
  readonly where?: (conversation: Conversation) => boolean
  perform(acts: ProviderActs, call: CallContext, subject: Subject): Promise<unknown>
  /** `before`: as it was then. */
  isDone(now: Truth | null, subject: Subject, before: Truth): boolean
}

export const FILE: OutgoingFile = {
  kind: 'file',
  fileName: 'hours.txt',
  mimeType: 'text/plain',
  sizeBytes: 16,
  async *open() {
    yield new TextEncoder().encode('We open at nine.')
  },
}

const LINK = { kind: 'url', url: 'https://files.example.org/hours.txt' } as const

// ------------------------------------------------------------------------------------------------------------- messages

function sending(
  needs: readonly Capability[],
  toDraft: (subject: Subject) => Partial<Draft>,
  isRight: (message: TrueMessage, subject: Subject) => boolean,
): TriedAct {
  return {
    needs: ['SEND_TEXT', ...needs],
    about: needs.includes('REPLY_TO') ? 'news' : 'any',
    again: 'never',
    perform: (acts, call, subject) => {
      const draft = {
        text: 'We open at nine.',
        attachments: [],
        replyTo: null,
        audience: 'public',
        ...toDraft(subject),
      } as const
      return acts.send(subject.conversation.ref, { draft, clientMessageId: subject.key }, call)
    },
    isDone: (now, subject) => {
      const said = now?.messages.filter(({ key }) => key?.endsWith(subject.key)) ?? []
      return said.length === 1 && said.every((message) => isRight(message, subject))
    },
  }
}

const isText = ({ text }: TrueMessage) => text === 'We open at nine.'

const MESSAGES: Readonly<Record<string, TriedAct>> = {
  'sending a text': sending(
    [],
    () => ({}),
    (message) => isText(message) && !message.isNote,
  ),
  'sending a note': sending(
    ['PRIVATE_NOTES'],
    () => ({ audience: 'internal' }),
    ({ isNote }) => isNote,
  ),
  'sending a reply': sending(
    ['REPLY_TO'],
    ({ message }) => ({ replyTo: message }),
    ({ replyTo }, { message }) => replyTo === message.native,
  ),
  'sending a file by URL': sending(
    ['SEND_ATTACHMENT'],
    () => ({ attachments: [LINK] }),
    (message) => isText(message) && message.files === 1,
  ),
  'sending files alone': sending(
    ['SEND_ATTACHMENT'],
    () => ({ text: null, attachments: [FILE, FILE] }),
    ({ files }) => files === 2,
  ),
  'starting a conversation': {
    needs: ['START_CONVERSATION'],
    about: 'any',
    again: 'never',
    perform: (acts, call, { stranger, channel, key }) => {
      const firstMessage = { text: 'Welcome', attachments: [], replyTo: null, audience: 'public' } as const
      return acts.start({ people: [stranger], channel, title: null, firstMessage, clientMessageId: key }, call)
    },
    isDone: (now, { key }) => now?.messages.some((one) => one.text === 'Welcome' && one.key?.endsWith(key)) === true,
  },
  'editing a message': {
    needs: ['EDIT_MESSAGE'],
    about: 'editable',
    again: 'does',
    perform: (acts, call, { message }) => acts.editMessage(message, 'At ten', call),
    isDone: (now, { message }) => messageIn(now, message)?.text === 'At ten',
  },
  'deleting a message': {
    needs: ['DELETE_MESSAGE'],
    about: 'own',
    again: 'may',
    perform: (acts, call, { message }) => acts.deleteMessage(message, false, call),
    isDone: (now, { message }) => messageIn(now, message)?.isDeleted === true,
  },
  'retrying a message': {
    needs: ['RETRY_MESSAGE'],
    about: 'failed',
    again: 'never',
    perform: (acts, call, { message }) => acts.retryMessage(message, call),
    isDone: (now, { message }) => messageIn(now, message)?.hasFailed === false,
  },
}

function messageIn(truth: Truth | null, { native }: MessageRef): TrueMessage | undefined {
  return truth?.messages.find(({ id }) => id === native)
}

// ---------------------------------------------------------------------------------------------------------------- marks

function marking(
  kind: Mark['kind'],
  needs: readonly Capability[],
  isMarked: TriedAct['isDone'],
  position: (subject: Subject) => MarkPosition = () => ({ kind: 'latest' }),
  visibility: Mark['visibility'] = null,
): TriedAct {
  return {
    needs,
    about: 'news',
    again: 'does',
    where: ({ kind: kindOfRoom }) => kindOfRoom !== 'group',
    perform: (acts, call, subject) =>
      acts.mark({ conversation: subject.conversation.ref, kind, position: position(subject), visibility }, call),
    isDone: isMarked,
  }
}

const isRead: TriedAct['isDone'] = (now, { message }) => now?.readUpTo === message.native && now.unread === 0
const atMessage = ({ message }: Subject) => ({ kind: 'message', message }) as const

const MARKS: Readonly<Record<string, TriedAct>> = {
  'marking read': marking('read', ['MARK_READ'], isRead),
  'marking read up to a message': marking('read', ['MARK_READ'], isRead, atMessage),
  'marking read privately': marking('read', ['MARK_READ', 'MARK_READ_PRIVATELY'], isRead, undefined, 'private'),
  'marking delivered': marking(
    'delivered',
    ['MARK_DELIVERED'],
    (now, { message }) => now?.deliveredUpTo === message.native,
  ),
  'marking unread': marking('unread', ['MARK_UNREAD'], (now) => (now?.unread ?? 0) > 0),
}

/** Every act, in each way that needs something else. */
export const ACTS: Readonly<Record<string, TriedAct>> = { ...MESSAGES, ...MARKS, ...CHANGES }
