import type { Capability, Holder, Mark, MarkPosition } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext, Source } from '../context.ts'
import { conversationId, participantId } from '../global-id.ts'
import { HorizonRef, type HorizonShape } from '../horizon.ts'
import { ParticipantRef } from '../participant.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { type InConversation, withConversation } from './changed-conversation.ts'
import type { Issues } from './issues.ts'

interface MarkSuccess extends InConversation {
  /** The global id of whose position it is; null: of nobody in particular. */
  readonly participantId: string | null
  readonly horizon: HorizonShape | null
  readonly applied: boolean
}

const MarkSuccessRef = withConversation(
  builder.objectRef<MarkSuccess>('MarkSuccess').implement({
    audience: 'public',
    description:
      'The provider knows. A position only moves forward, unless something is marked unread: applied says whether it moved, horizon where it really is now.',
    fields: (t) => ({
      participant: t.field({
        type: ParticipantRef,
        description: 'Whose position it is. Null: our team’s, or it could not be asked.',
        resolve: ({ participantId }) => participantId,
      }),
      horizon: t.field({
        type: HorizonRef,
        description: 'Where it is now. Null: there is none any more.',
        resolve: ({ horizon }) => horizon,
      }),
      applied: t.exposeBoolean('applied', { nullable: false, description: 'Whether it moved.' }),
    }),
  }),
)

export const MarkResultRef = resultRef('MarkResult', MarkSuccessRef)

/** What is to be marked; the position is null where it made an issue. */
export type AskedMark = Omit<Mark, 'position'> & { readonly position: MarkPosition | null }

/** Marks, if nothing is wrong with the input and the account or conversation can do all that is needed. */
export async function mark(
  place: Place,
  { position, ...asked }: AskedMark,
  { needs, issues }: { readonly needs: readonly Capability[]; readonly issues: Issues },
  context: GatewayContext,
): Promise<MarkSuccess> {
  const { source } = place
  for (const capability of needs) await place.demand(capability)
  issues.refuse()
  if (position === null) throw new Error('a position is missing, and no issue says so')
  const { value, news } = await place.ask(() =>
    context.acts.perform(source, (acts, call) => acts.mark({ ...asked, position }, call)),
  )
  const holder = value.horizon?.holder ?? ownHolder(source)
  return {
    conversationId: conversationId(asked.conversation),
    participantId: typeof holder === 'object' && holder !== null ? participantId(asked.conversation, holder) : null,
    horizon: value.horizon && { ...value.horizon, origin: 'mutation' },
    applied: value.applied ?? news.length > 0,
  }
}

/** Whose position it was that is not there any more. */
function ownHolder({ actor }: Source): Holder | null {
  return 'person' in actor ? actor.person : null
}
