import { type Actor, type CallContext, type Capability, ProviderError } from '../port/index.ts'
import { capabilitiesOf } from './capabilities.ts'

/** Refuses what this account never does for the actor. What it does in some conversations only is found out later. */
export function requireSupport({ actor }: CallContext, ...capabilities: readonly Capability[]): void {
  for (const capability of capabilities) {
    if (!isSupported(actor, capability)) throw unsupported(capability)
  }
}

export function isSupported(actor: Actor, capability: Capability): boolean {
  return capabilitiesOf(actor, null)[capability].level !== 'unsupported'
}

/** The row of the capability says what is possible instead; it is never a native one. */
export function unsupported(capability: Capability): ProviderError {
  return new ProviderError('UNSUPPORTED', `chatwoot does not do this: see ${capability}`, { capability })
}

/** Something about the input, by its path in it. */
export function invalid(path: readonly string[], detail: string): ProviderError {
  return new ProviderError('INVALID', detail, { issues: [{ path, detail }] })
}
