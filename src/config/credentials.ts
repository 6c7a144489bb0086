import type { Secret } from '../../providers/kit/secret.ts'
import { secretSetting, z } from '../../providers/kit/settings.ts'
import { type Checked, check } from './check.ts'
import { type ReadSecret, resolveSecrets } from './secrets.ts'

/** People's own credentials at an account, by the name that claims call them. */
export type Credentials = ReadonlyMap<string, Secret>

/** Reads `credentials` of an account. */
export function readCredentials(
  raw: unknown,
  path: readonly PropertyKey[],
  readSecret: ReadSecret,
): Checked<{ readonly credentials: Credentials }> {
  const { settings, problems } = resolveSecrets(credentialsSettings, { credentials: raw }, path, readSecret)
  if (problems.length > 0) return { value: null, problems }
  const checked = check(credentialsSettings, settings, { path, siblings: [] })
  if (checked.value === null) return checked
  const { credentials = [] } = checked.value
  return { value: { credentials: new Map(credentials.map(({ person, token }) => [person, token])) }, problems: [] }
}

const credentialsSettings = z.strictObject({
  credentials: z
    .array(
      z.strictObject({
        person: z.string().min(1, { error: 'expected whose it is, such as user:3' }),
        token: secretSetting,
      }),
    )
    .optional(),
})
