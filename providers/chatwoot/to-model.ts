/** Chatwoot's answers as the model: pure, one file per kind of thing. */
export * from './to-conversation.ts'
export * from './to-directory.ts'
export * from './to-horizons.ts'
export * from './to-message.ts'
export * from './to-person.ts'
