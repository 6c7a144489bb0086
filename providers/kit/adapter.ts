import type { Provider } from '../port/index.ts'
import type { z } from './settings.ts'

/**
 * What a vendor's `index.ts` exports, and all that is known of it outside its folder: how its settings are read, and how an
 * account at it becomes a `Provider`.
 */
export interface Adapter<Settings> {
  /** The word under `provider:` in the configuration. */
  readonly name: string
  /** Whether a webhook that was not answered with success comes again, hours later too. */
  readonly retriesWebhooks: boolean
  /** How many calls the provider allows an account, by its documents. */
  readonly callsPerMinute: number
  /** Whether it could know somebody of this kind by this name, which is then the `native` of their `PersonRef`. */
  isIdentity(kind: 'end-user' | 'agent', name: string): boolean
  /** Secrets are already text when this reads them. Unknown keys are errors. */
  readonly settings: z.ZodType<Settings>
  /** Makes no call and cannot fail: a provider that is down must not keep the gateway from starting. */
  create(account: string, settings: Settings): Provider
}
