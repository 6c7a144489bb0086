import { builder } from './builder.ts'
import type { GatewayAccount } from './context.ts'

const VENDORS = {
  COMETCHAT: { value: 'cometchat', description: 'CometChat: chat inside an app.' },
  CHATWOOT: { value: 'chatwoot', description: 'Chatwoot: a shared inbox for support.' },
  BIRD: { value: 'bird', description: 'Bird: conversations over WhatsApp, SMS, e-mail and more.' },
} as const

export type Vendor = (typeof VENDORS)[keyof typeof VENDORS]['value']

/** The vendors in the schema's spelling; the values are the adapters' names. */
export const ProviderEnum = builder.enumType('Provider', {
  description: 'Whose service an account is at.',
  values: VENDORS,
})

/** Whose service an account is at. Throws for an adapter that the schema does not know: a mistake of the build. */
export function vendorOf({ provider }: GatewayAccount): Vendor {
  const vendor = Object.values(VENDORS).find(({ value }) => value === provider.name)
  if (vendor === undefined) throw new Error(`the schema does not know the provider ${provider.name}`)
  return vendor.value
}
