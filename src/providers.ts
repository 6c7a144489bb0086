import { bird } from '../providers/bird/index.ts'
import { chatwoot } from '../providers/chatwoot/index.ts'
import { cometChat } from '../providers/cometchat/index.ts'
import type { Adapter } from '../providers/kit/adapter.ts'
import type { z } from '../providers/kit/settings.ts'
import type { Provider } from '../providers/port/index.ts'

/** An adapter whose settings are known to itself only. */
export interface Vendor {
  /** The word under `provider:` in the configuration. */
  readonly name: string
  readonly retriesWebhooks: boolean
  readonly callsPerMinute: number
  readonly settings: z.ZodType
  isIdentity(kind: 'end-user' | 'agent', name: string): boolean
  /** Throws where its schema refuses the settings; makes no call. */
  create(account: string, settings: unknown): Provider
}

/** The vendor of this name, or null. */
export function findVendor(name: string): Vendor | null {
  return VENDORS.find((vendor) => vendor.name === name) ?? null
}

export function vendorNames(): readonly string[] {
  return VENDORS.map((vendor) => vendor.name)
}

/** Every provider that the gateway knows. A new one is a line here. */
const VENDORS: readonly Vendor[] = [vendor(cometChat), vendor(chatwoot), vendor(bird)]

function vendor<Settings>(adapter: Adapter<Settings>): Vendor {
  return {
    name: adapter.name,
    retriesWebhooks: adapter.retriesWebhooks,
    callsPerMinute: adapter.callsPerMinute,
    settings: adapter.settings,
    isIdentity: adapter.isIdentity,
    create: (account, settings) => adapter.create(account, adapter.settings.parse(settings)),
  }
}
