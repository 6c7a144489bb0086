export * from './to-conversation.ts'
export * from './to-message.ts'
export * from './to-person.ts'
