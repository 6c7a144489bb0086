import { baseUrlSetting, idSetting, secretSetting, z } from '../kit/settings.ts'

/** CometChat lower-cases uids and guids itself and then finds nothing under the spelling it was given. */
export const uidSetting = z
  .string({ error: 'expected a uid (text)' })
  .min(1, { error: 'the uid is empty' })
  .transform((uid) => uid.toLowerCase())

const MAX_PASSWORDS = 3

/**
 * The Basic auth of CometChat's webhooks, which are neither signed nor timed: these words are all that proves where one comes
 * from. Each of the passwords is accepted, so that a new one can be put in here before it is put in there.
 */
const webhookSettings = z.strictObject({
  username: z.string({ error: 'expected the user name of the webhook (text)' }).min(1, { error: 'the name is empty' }),
  passwords: z.array(secretSetting).min(1).max(MAX_PASSWORDS),
})

export type CometChatWebhookSettings = z.output<typeof webhookSettings>

/** What an account at CometChat needs. */
export const cometChatSettings = z.strictObject({
  appId: idSetting,
  region: z.enum(['us', 'eu', 'in'], { error: 'expected a region: us, eu or in' }),
  /** For a proxy or an emulator; else it follows from the app and its region. */
  baseUrl: baseUrlSetting.optional(),
  /** Scope fullAccess; a key of scope authOnly cannot read conversations. */
  apiKey: secretSetting,
  /** Whom the gateway acts as for agents who are nobody in this account. */
  actAs: uidSetting.optional(),
  /** The plan allows `unread` and `searchKey` in the list of conversations. */
  paidFilters: z.boolean({ error: 'expected true or false' }).default(false),
  /** Without it no events are taken in. */
  webhook: webhookSettings.optional(),
})

export type CometChatSettings = z.output<typeof cometChatSettings>

export function baseUrlOf(settings: CometChatSettings): string {
  return settings.baseUrl ?? `https://${settings.appId}.api-${settings.region}.cometchat.io/v3`
}
