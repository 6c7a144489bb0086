import { createPublicKey, type webcrypto } from 'node:crypto'
import { baseUrlSetting, secretSetting, z } from '../../providers/kit/settings.ts'
import { type JsonWebTokenConfig, TOKEN_ALGORITHMS } from '../identity/json-web-token.ts'
import { type Checked, check } from './check.ts'
import { type ReadSecret, resolveSecrets } from './secrets.ts'

/** How callers prove who they are. */
export interface IdentityConfig {
  /** Null: tokens are not taken. */
  readonly tokens: JsonWebTokenConfig | null
  /** Whether keys made by `api-key create` are taken. */
  readonly apiKeys: boolean
}

/** Null: nobody has to prove anything. */
export function readIdentity(
  raw: unknown,
  readSecret: ReadSecret,
): Checked<{ readonly identity: IdentityConfig | null }> {
  if (raw === undefined || raw === null) return { value: { identity: null }, problems: [] }
  const path = ['identity']
  const { settings, problems } = resolveSecrets(identitySchema, raw, path, readSecret)
  const checked = check(identitySchema, settings, { path, siblings: [] })
  if (checked.value === null || problems.length > 0)
    return { value: null, problems: [...problems, ...checked.problems] }
  const { tokens = null, apiKeys } = checked.value
  return { value: { identity: { tokens: tokens && toTokenConfig(tokens), apiKeys } }, problems: [] }
}

const publicKey = secretSetting
  .transform((text) => readPublicKey(text.reveal()))
  .refine((key) => key !== null, { error: 'expected a public key, in PEM or as a JSON Web Key' })

const tokensSchema = z
  .strictObject({
    issuer: z.string().min(1, { error: 'expected the issuer that tokens name' }),
    audience: z.string().min(1, { error: 'expected the audience that tokens are for' }),
    algorithms: z.array(z.enum(TOKEN_ALGORITHMS)).min(1, { error: 'expected at least one algorithm' }),
    jwksUrl: baseUrlSetting.optional(),
    publicKeys: z.array(publicKey).min(1, { error: 'expected at least one key' }).optional(),
    claim: z.string().min(1, { error: 'expected the name of a claim' }).default('conversations'),
  })
  .refine(({ jwksUrl, publicKeys }) => (jwksUrl === undefined) !== (publicKeys === undefined), {
    error: 'expected either jwksUrl or publicKeys',
  })

const identitySchema = z
  .strictObject({ tokens: tokensSchema.optional(), apiKeys: z.boolean().default(false) })
  .refine(({ tokens, apiKeys }) => tokens !== undefined || apiKeys, {
    error: 'expected tokens, or apiKeys: true, or both: nobody could come in',
  })

function toTokenConfig(tokens: z.infer<typeof tokensSchema>): JsonWebTokenConfig {
  const { issuer, audience, algorithms, claim, jwksUrl, publicKeys = [] } = tokens
  const given = publicKeys.filter((key) => key !== null)
  return {
    issuer,
    audience,
    algorithms,
    claim,
    keys: jwksUrl === undefined ? { set: { keys: given } } : { url: new URL(jwksUrl) },
  }
}

/** Null: that is none, or a private one, which has no place here. */
function readPublicKey(text: string): webcrypto.JsonWebKey | null {
  try {
    if (!text.trimStart().startsWith('{'))
      return /PRIVATE KEY/.test(text) ? null : createPublicKey(text).export({ format: 'jwk' })
    const key: unknown = JSON.parse(text)
    if (typeof key !== 'object' || key === null || 'd' in key || !('kty' in key)) return null
    // Node refuses what is no key.
    createPublicKey({ key: key as webcrypto.JsonWebKey, format: 'jwk' })
    return key as webcrypto.JsonWebKey
  } catch {
    return null
  }
}
