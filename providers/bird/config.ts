import type { Secret } from '../kit/secret.ts'
import { baseUrlSetting, idSetting, secretSetting, z } from '../kit/settings.ts'

/** One workspace at Bird, and the key that acts in it. */
export interface BirdSettings {
  readonly baseUrl: string
  /** The uuid in the address of Bird's own app. */
  readonly workspaceId: string
  /** The secret of an access key, shown once when the key is made. Its roles decide what can be read. */
  readonly accessKey: Secret
}

export const birdSettings = z.strictObject({
  baseUrl: baseUrlSetting.default('https://api.bird.com'),
  workspaceId: idSetting,
  accessKey: secretSetting,
})
