import type { CallContext, Capability, ConversationChange, ConversationChangeKey, ProviderActs } from '../port/index.ts'
import { contactOf } from './acting.ts'
import { unsupportedError } from './capabilities.ts'
import { OF_CONTACTS } from './contact-capabilities.ts'

/** Whatever a contact wants done, and others may, is refused before any call leaves, and before anybody looks whose it is. */
export function onlyForTeam(acts: ProviderActs): ProviderActs {
  return {
    ...acts,
    send: async (conversation, sending, call) => {
      refuse(call, sending.draft.audience === 'internal' ? 'PRIVATE_NOTES' : 'SEND_TEXT')
      return acts.send(conversation, sending, call)
    },
    start: async (beginning, call) => {
      refuse(call, 'START_CONVERSATION')
      return acts.start(beginning, call)
    },
    findStarted: async (beginning, since, call) => {
      refuse(call, 'START_CONVERSATION')
      return acts.findStarted(beginning, since, call)
    },
    editMessage: async (message, text, call) => {
      refuse(call, 'EDIT_MESSAGE')
      return acts.editMessage(message, text, call)
    },
    deleteMessage: async (message, permanently, call) => {
      refuse(call, 'DELETE_MESSAGE')
      return acts.deleteMessage(message, permanently, call)
    },
    updateConversation: async (conversation, change, call) => {
      if (contactOf(call.actor) !== null) return { value: refusals(change), events: [] }
      return acts.updateConversation(conversation, change, call)
    },
    changeParticipants: async (conversation, add, remove, call) => {
      refuse(call, 'CHANGE_PARTICIPANTS')
      return acts.changeParticipants(conversation, add, remove, call)
    },
    deleteConversation: async (conversation, scope, call) => {
      refuse(call, scope === 'for-me' ? 'DELETE_FOR_ME' : 'DELETE_FOR_EVERYONE')
      return acts.deleteConversation(conversation, scope, call)
    },
  }
}

function refuse({ actor }: CallContext, capability: Capability): void {
  if (contactOf(actor) !== null) throw refused(capability)
}

function refused(capability: Capability) {
  return unsupportedError(capability, OF_CONTACTS[capability]?.note)
}

function refusals(change: ConversationChange): Readonly<Record<string, ReturnType<typeof refused>>> {
  const asked = Object.entries(CHANGES).filter(([key]) => Reflect.get(change, key) !== undefined)
  return Object.fromEntries(asked.map(([key, capability]) => [key, refused(capability)]))
}

const CHANGES: Readonly<Record<ConversationChangeKey, Capability>> = {
  status: 'STATUS',
  snoozedUntil: 'SNOOZE',
  assignee: 'ASSIGNEE',
  team: 'TEAM',
  priority: 'PRIORITY',
  setLabels: 'SET_LABELS',
  addLabels: 'ADD_AND_REMOVE_LABELS',
  removeLabels: 'ADD_AND_REMOVE_LABELS',
  customAttributes: 'CUSTOM_ATTRIBUTES',
}
