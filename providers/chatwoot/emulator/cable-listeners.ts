import type { CableFrame } from './cable-form.ts'
import type { ContactInbox, Json, User } from './records.ts'
import type { AccountState } from './state.ts'

/** Who listens in a room: one of us, or a contact in one session with an inbox. */
export type Listener =
  | { readonly user: User; readonly session: null }
  | { readonly user: null; readonly session: ContactInbox }

/** Whom an identifier lets in; null where anything about it is wrong. */
export function listenerOf(account: AccountState, identifier: Json): Listener | null {
  if (identifier.channel !== 'RoomChannel') return null
  const { pubsub_token: token, user_id: userId, account_id: accountId } = identifier
  if (userId === undefined) {
    const session = account.contactInboxes.find(({ pubsubToken }) => pubsubToken === token)
    return session === undefined ? null : { user: null, session }
  }
  const user = [...account.users, ...account.strangers].find(({ pubsubToken }) => pubsubToken === token)
  return user !== undefined && user.id === userId && user.accountId === accountId ? { user, session: null } : null
}

/** Who hears of a conversation: administrators, the members of its inbox, and its contact of what is not the team's own. */
export function mayHear(account: AccountState, { user, session }: Listener, frame: CableFrame): boolean {
  const { conversation, typist, isForContact } = frame
  if (session !== null) return isForContact && conversation?.contactInbox === session && typist?.kind !== 'contact'
  if (!account.users.includes(user)) return false
  // Of contacts every user hears.
  if (conversation === null) return true
  if (typist?.kind === 'user' && typist.id === user.id) return false
  return user.role === 'administrator' || account.inboxOf(conversation).memberIds.includes(user.id)
}
