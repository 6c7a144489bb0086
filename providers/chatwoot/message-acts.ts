import { type CallContext, type Done, type Message, type MessageRef, ProviderError } from '../port/index.ts'
import { inTheOutcome } from './act-client.ts'
import type { ActParts } from './act-parts.ts'
import { numericIdOf } from './refs.ts'
import { requireSupport, unsupported } from './refusing.ts'
import { toMessageDeleted } from './to-events.ts'
import { toMessage } from './to-model.ts'

/** Takes the content away; the message stays in its place. */
export async function deleteMessage(
  { client, messages }: ActParts,
  message: MessageRef,
  permanently: boolean,
  call: CallContext,
): Promise<Done<Message>> {
  requireSupport(call, 'DELETE_MESSAGE')
  if (permanently) throw unsupported('DELETE_MESSAGE')
  const wire = await client.acts.deleteMessage(numericIdOf(message.conversation), numericIdOf(message), call)
  const scope = await messages.scopeOf(message.conversation, wire, call)
  return inTheOutcome(() => ({ value: toMessage(wire, scope), events: [toMessageDeleted(wire, scope, true)] }))
}

/**
 * Chatwoot would send any message again, and take away what it replies to and the key of its sending: so it is looked at first,
 * and only a failed one is sent again.
 */
export async function retryMessage(
  { client, messages }: ActParts,
  ref: MessageRef,
  call: CallContext,
): Promise<Done<Message>> {
  requireSupport(call, 'RETRY_MESSAGE')
  const [found] = await messages.getMany([ref], call)
  if (found instanceof ProviderError) throw found
  if (found?.delivery?.state !== 'failed') throw new ProviderError('CONFLICT', 'only a failed message is sent again')
  const wire = await client.acts.retryMessage(numericIdOf(ref.conversation), numericIdOf(ref), call)
  const scope = await messages.scopeOf(ref.conversation, wire, call)
  const message = await inTheOutcome(() => toMessage(wire, scope))
  const { delivery } = message
  if (delivery === null) return { value: message, events: [] }
  const base = { conversation: ref.conversation, audience: message.audience } as const
  // The answer does not say when; that it is on its way again counts only as later than the failure.
  const report = {
    ...base,
    type: 'delivery-reported',
    message: ref,
    delivery,
    person: null,
    isNew: true,
    occurredAt: new Date(),
  } as const
  return { value: message, events: [report] }
}
