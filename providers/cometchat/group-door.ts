import { Memberships } from '../kit/memberships.ts'
import type { ConversationForViewer, ConversationRef } from '../port/index.ts'
import type { Acting } from './acting.ts'
import type { CometChatClient } from './client.ts'
import { type Counterpart, personRef } from './refs.ts'

/**
 * Lets end users into groups: whether CometChat keeps others out where the app's own key asks for them is not documented.
 * A conversation of two is theirs by its name.
 */
export class GroupDoor {
  readonly #client: CometChatClient
  readonly #memberships = new Memberships()

  constructor(client: CometChatClient) {
    this.#client = client
  }

  /** Throws `NOT_FOUND` where they are not in the group. A call, unless they lately were. */
  async enter(as: Acting, conversation: ConversationRef, { type, id }: Counterpart): Promise<void> {
    if (as.call.actor.kind !== 'end-user' || type !== 'group') return
    const person = personRef(conversation.account, as.uid)
    await this.#memberships.confirm(person, conversation, as.call, async () => {
      const group = await this.#client.group(as, id)
      return group.optionalBoolean('hasJoined') === true
    })
  }
}

/** Whether the one who asks may see it: end users not the groups that they have left, of which the row features nobody. */
export function isInSight({ conversation }: ConversationForViewer, { call }: Acting): boolean {
  const hasLeft = conversation.kind === 'group' && conversation.featuredParticipants.length === 0
  return call.actor.kind !== 'end-user' || !hasLeft
}
