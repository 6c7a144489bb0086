import { Secret } from '../../providers/kit/secret.ts'
import { secretSetting, z } from '../../providers/kit/settings.ts'
import { type Checked, check } from './check.ts'
import { type ReadSecret, resolveSecrets } from './secrets.ts'

/** The last part of the address to which an account's webhooks go; null: it takes none. */
export function readWebhookToken(
  raw: unknown,
  path: readonly PropertyKey[],
  readSecret: ReadSecret,
): Checked<{ readonly webhookToken: Secret | null }> {
  const { settings, problems } = resolveSecrets(tokenSettings, { webhookToken: raw }, path, readSecret)
  if (problems.length > 0) return { value: null, problems }
  const checked = check(tokenSettings, settings, { path, siblings: [] })
  return checked.value === null
    ? checked
    : { value: { webhookToken: checked.value.webhookToken ?? null }, problems: [] }
}

const HOW = 'expected at least 24 letters, digits, - or _, because it is part of an address'

const tokenSettings = z.strictObject({
  webhookToken: secretSetting
    .pipe(z.instanceof(Secret).refine((token) => /^[A-Za-z0-9_-]{24,128}$/.test(token.reveal()), { error: HOW }))
    .optional(),
})
