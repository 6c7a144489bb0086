import { type Capability, ProviderError } from '../port/index.ts'

/** What this account does not do; the capability's row says so too. */
export function unsupported(capability: Capability, why: string): ProviderError {
  return new ProviderError('UNSUPPORTED', `cometchat: ${why}`, { capability })
}

/** Input that CometChat would refuse, or take for something else. */
export function invalid(path: readonly string[], detail: string): ProviderError {
  return new ProviderError('INVALID', `cometchat: ${path.join('.')}: ${detail}`, { issues: [{ path, detail }] })
}
