import { clearAllDataLoaders } from '@pothos/plugin-dataloader'
import { type ConversationRef, ProviderError } from '../../providers/port/index.ts'
import { sourceOf } from '../ask.ts'
import type { GatewayContext } from '../context.ts'
import { type GlobalIdOf, isIdOf, parseGlobalId } from '../global-id.ts'
import { Place } from '../place.ts'
import { invalid, notFound, type Problem, problemOf } from '../problems.ts'

/** What an act can be about. */
type Subject = 'Account' | 'Conversation' | 'Message'

/**
 * Acts on what an input names by its id; whatever stops it becomes a problem. Afterwards nothing that was read before is taken
 * for true any more.
 */
export async function actOn<Type extends Subject, Success>(
  type: Type,
  id: string,
  context: GatewayContext,
  act: (place: Place, subject: GlobalIdOf<Type>) => Promise<Success>,
): Promise<Success | Problem> {
  const subject = parseGlobalId(id)
  const source = subject && sourceOf(context, subject.account)
  if (!subject || !source) return notFound()
  if (!isIdOf(type, subject)) return invalid([{ path: [SUBJECTS[type]], detail: `Expected the id of a ${type}.` }])
  const place = new Place(source, conversationOf(subject))
  try {
    return await act(place, subject)
  } catch (error) {
    if (error instanceof ProviderError) return problemOf(place, error)
    throw error
  } finally {
    clearAllDataLoaders(context)
  }
}

const SUBJECTS: Readonly<Record<Subject, string>> = {
  Account: 'accountId',
  Conversation: 'conversationId',
  Message: 'messageId',
}

function conversationOf(subject: GlobalIdOf<Subject>): ConversationRef | null {
  if (subject.type === 'Account') return null
  return subject.type === 'Message' ? subject.message.conversation : subject.conversation
}
