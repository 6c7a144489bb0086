import type { ProviderActs } from '../port/index.ts'
import type { ActParts } from './act-parts.ts'
import { deleteConversation, updateConversation } from './conversation-change.ts'
import { mark } from './marks.ts'
import { changeParticipants } from './membership.ts'
import { unsupported } from './refusals.ts'
import { deleteMessage, editMessage, send } from './sending.ts'
import { findStarted, start } from './starting.ts'

/** What can be done at CometChat, always on behalf of a user. */
export function createActs(parts: ActParts): ProviderActs {
  return {
    send: (conversation, sending, call) => send(parts, conversation, sending, call),
    start: (beginning, call) => start(parts, beginning, call),
    findStarted: (beginning, since, call) => findStarted(parts, beginning, since, call),
    editMessage: (message, text, call) => editMessage(parts, message, text, call),
    deleteMessage: (message, permanently, call) => deleteMessage(parts, message, permanently, call),
    retryMessage: async () => {
      throw unsupported('RETRY_MESSAGE', 'a message is sent or it is not')
    },
    mark: (wanted, call) => mark(parts, wanted, call),
    updateConversation: (conversation, change, call) => updateConversation(parts, conversation, change, call),
    changeParticipants: (conversation, add, remove, call) => changeParticipants(parts, conversation, add, remove, call),
    deleteConversation: (conversation, scope, call) => deleteConversation(parts, conversation, scope, call),
    setTyping: async () => {
      throw unsupported('TYPING', 'the REST API has no call for it')
    },
  }
}
