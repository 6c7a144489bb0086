/** Chatwoot's answers as the model: pure, one file per kind of thing. */
export { toConversation, toConversationDetails, toPreview, toUnreadCount } from './to-conversation.ts'
export { toChannel, toLabel, toTeam } from './to-directory.ts'
export { toMessage } from './to-message.ts'
export { toAgent, toAssignee, toBot, toContact, toOwnAgent, toParticipant, toSender } from './to-person.ts'
