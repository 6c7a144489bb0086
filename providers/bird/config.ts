import { Secret } from '../kit/secret.ts'
import { baseUrlSetting, idSetting, secretSetting, z } from '../kit/settings.ts'

/** One workspace at Bird, and the key that acts in it. */
export interface BirdSettings {
  readonly baseUrl: string
  /** The uuid in the address of Bird's own app. */
  readonly workspaceId: string
  /** The secret of an access key, shown once when the key is made. Its roles decide what can be read. */
  readonly accessKey: Secret
  /** The id of that key, which Bird shows beside its name: as whom it speaks. Without it, it speaks as a flow of the channel. */
  readonly accessKeyId?: string | undefined
  /** Without it no events are taken in. */
  readonly webhook?: BirdWebhookSettings | undefined
}

/** How Bird signs what it sends. */
export interface BirdWebhookSettings {
  /** The address as it stands in the subscriptions, to the letter: Bird signs it too. A secret, as far as it ends with one. */
  readonly publicUrl: Secret
  /** Each subscription has its own; a webhook is good when one of them signed it. */
  readonly signingKeys: readonly Secret[]
}

const MAX_SIGNING_KEYS = 5

const publicUrlSetting = secretSetting.pipe(
  z.instanceof(Secret).refine((secret) => isAddress(secret.reveal()), {
    error: 'expected the whole address of the webhook as Bird knows it, from https:// on',
  }),
)

/** Without a fragment, and with nothing around it that `URL` would overlook. */
function isAddress(text: string): boolean {
  return /^https?:\/\/[^\s#]+$/.test(text) && URL.canParse(text)
}

const webhookSettings = z.strictObject({
  publicUrl: publicUrlSetting,
  signingKeys: z.array(secretSetting).min(1).max(MAX_SIGNING_KEYS),
})

export const birdSettings = z.strictObject({
  baseUrl: baseUrlSetting.default('https://api.bird.com'),
  workspaceId: idSetting,
  accessKey: secretSetting,
  accessKeyId: idSetting.optional(),
  webhook: webhookSettings.optional(),
})
