/** The events are shown by the schema as they are logged; the schema declares them, because it knows nothing of the log. */
export type { ConversationField, EventOrigin, LoggedEvent, LoggedEventBase } from '../../schema/logged-event.ts'
