import type {
  CallContext,
  Capability,
  ConversationRef,
  DeletionScope,
  Done,
  Mark,
  ProviderActs,
} from '../port/index.ts'
import { unsupportedError } from './capabilities.ts'
import { updateConversation } from './conversation-change.ts'
import type { Desk } from './desk.ts'
import { findStarted } from './finding.ts'
import { deleteMessage, editDraft } from './message-change.ts'
import { changeParticipants } from './participant-change.ts'
import { uuidOf } from './refs.ts'
import { send } from './sending.ts'
import { start } from './starting.ts'

/** What the access key can do, whoever asks. */
export function createActs(desk: Desk): ProviderActs {
  return {
    send: (conversation, sending, call) => send(conversation, sending, desk, call),
    start: (beginning, call) => start(beginning, desk, call),
    findStarted: (beginning, since, call) => findStarted(beginning, since, desk, call),
    editMessage: (message, text, call) => editDraft(message, text, desk, call),
    deleteMessage: (message, _permanently, call) => deleteMessage(message, desk, call),
    retryMessage: async () => {
      throw unsupportedError('RETRY_MESSAGE')
    },
    mark: async ({ kind }) => {
      throw unsupportedError(MARKS[kind])
    },
    updateConversation: (conversation, change, call) => updateConversation(conversation, change, desk, call),
    changeParticipants: (conversation, add, remove, call) => changeParticipants(conversation, add, remove, desk, call),
    deleteConversation: (conversation, scope, call) => deleteConversation(conversation, scope, desk, call),
    setTyping: async () => {
      throw unsupportedError('TYPING')
    },
  }
}

const MARKS: Readonly<Record<Mark['kind'], Capability>> = {
  read: 'MARK_READ',
  unread: 'MARK_UNREAD',
  delivered: 'MARK_DELIVERED',
}

async function deleteConversation(
  conversation: ConversationRef,
  scope: DeletionScope,
  { client }: Desk,
  call: CallContext,
): Promise<Done<null>> {
  if (scope === 'for-me') throw unsupportedError('DELETE_FOR_ME')
  await client.deleteConversation(uuidOf(conversation), call)
  return {
    value: null,
    events: [{ type: 'conversation-removed', conversation, occurredAt: null, audience: 'public' }],
  }
}
