import { ProviderError } from '../port/index.ts'

/** Reads what came back from something done once only: an answer without sense leaves open whether it was done. */
export function readOutcome<Outcome>(read: () => Outcome): Outcome {
  try {
    return read()
  } catch (error) {
    throw error instanceof ProviderError ? inDoubt(error) : error
  }
}

/** What such a failure means after something that must not be done twice. */
export function inDoubt(error: ProviderError): ProviderError {
  if (error.code !== 'MALFORMED' && error.code !== 'UNAVAILABLE') return error
  const { providerCode, providerStatus } = error.facts
  return new ProviderError('OUTCOME_UNKNOWN', error.message, {
    cause: error,
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(providerStatus === undefined ? {} : { providerStatus }),
  })
}
