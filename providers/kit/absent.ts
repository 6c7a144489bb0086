import { type CallContext, ProviderError } from '../port/index.ts'

/** What is not there and what is not theirs look alike to an end user: nothing is told but that. */
export function absent(cause?: unknown): ProviderError {
  return new ProviderError('NOT_FOUND', 'there is no such thing for this end user', { cause })
}

/** An error as the one who acts may know of it. */
export function toldTo({ actor }: Pick<CallContext, 'actor'>, error: ProviderError): ProviderError {
  return actor.kind === 'end-user' && error.code === 'NOT_FOUND' ? absent(error) : error
}
