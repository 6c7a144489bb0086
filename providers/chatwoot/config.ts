import type { Secret } from '../kit/secret.ts'
import { baseUrlSetting, idSetting, secretSetting, z } from '../kit/settings.ts'

/** One account on one Chatwoot server, and the person who reads it where a viewer brings no token of their own. */
export interface ChatwootSettings {
  readonly baseUrl: string
  /** The number in the address of Chatwoot's own app: `/app/accounts/5`. */
  readonly accountId: string
  /** An access token from somebody's profile page. An administrator's sees every inbox, an agent's only their own. */
  readonly token: Secret
  /** What the account's webhook (or an API inbox's callback) signs with; during a rotation the old one and the new one. */
  readonly webhookSecrets?: readonly Secret[] | undefined
  /** Whether to listen on Chatwoot's own socket as well, which tells what webhooks do not: reads and delivery states. */
  readonly socket: boolean
}

export const chatwootSettings = z.strictObject({
  baseUrl: baseUrlSetting.default('https://app.chatwoot.com'),
  accountId: idSetting.refine((value) => /^\d+$/.test(value), {
    error: 'expected the number of the account, such as 5',
  }),
  token: secretSetting,
  webhookSecrets: z
    .array(secretSetting, { error: 'expected a list of secrets: write [{ env: NAME }]' })
    .min(1, { error: 'expected at least one secret; leave the key out where there are no webhooks' })
    .max(3, { error: 'expected at most three secrets: more than an old and a new one are never needed for long' })
    .optional(),
  socket: z.boolean({ error: 'expected true or false' }).default(true),
})
