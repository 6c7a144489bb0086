import type { Secret } from '../kit/secret.ts'
import { baseUrlSetting, idSetting, secretSetting, z } from '../kit/settings.ts'

/** One account on one Chatwoot server, and the person who reads it where a viewer brings no token of their own. */
export interface ChatwootSettings {
  readonly baseUrl: string
  /** The number in the address of Chatwoot's own app: `/app/accounts/5`. */
  readonly accountId: string
  /** An access token from somebody's profile page. An administrator's sees every inbox, an agent's only their own. */
  readonly token: Secret
}

export const chatwootSettings = z.strictObject({
  baseUrl: baseUrlSetting.default('https://app.chatwoot.com'),
  accountId: idSetting.refine((value) => /^\d+$/.test(value), {
    error: 'expected the number of the account, such as 5',
  }),
  token: secretSetting,
})
