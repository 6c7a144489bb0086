import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { type Claims, claimsSchema } from './claims.ts'

/** The signatures that are taken: all of them with a public key, so that nobody who can check a token can make one. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

export interface JsonWebTokenConfig {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly (typeof TOKEN_ALGORITHMS)[number][]
  /** Where the issuer publishes its keys, or the keys themselves. */
  readonly keys: { readonly url: URL } | { readonly set: { readonly keys: readonly object[] } }
  /** The claim that holds what `claimsSchema` reads. */
  readonly claim: string
}

export interface VerifiedToken {
  readonly subject: string
  readonly displayName: string
  /** Of this token alone; null where it has none. */
  readonly tokenId: string | null
  readonly issuedAt: Date | null
  readonly expiresAt: Date
  readonly claims: Claims
}

/** Why a token is not taken: for the log, never for the caller. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

export interface TokenVerifier {
  /** Throws `TokenRefused`. */
  verify(token: string): Promise<VerifiedToken>
}

/** Longer tokens are no tokens. In characters. */
const MAX_TOKEN_LENGTH = 8_192
const CLOCK_TOLERANCE_SECONDS = 30
/** `JWT`, or that of an access token (RFC 9068); a token of another purpose is none here. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'])

export function createTokenVerifier(config: JsonWebTokenConfig): TokenVerifier {
  const keys = keysOf(config)
  const { issuer, audience } = config
  const options = {
    issuer,
    audience,
    algorithms: [...config.algorithms],
    // jose takes a token that never ends unless told otherwise.
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  }
  return {
    verify: async (token) => {
      if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefused('it is too long')
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keys, options)
        if (protectedHeader.typ !== undefined && !TYPES.has(protectedHeader.typ.toLowerCase())) {
          throw new TokenRefused('it is of another type')
        }
        return read(payload, config.claim)
      } catch (error) {
        if (error instanceof TokenRefused) throw error
        throw new TokenRefused(error instanceof errors.JOSEError ? error.code : 'it cannot be verified', {
          cause: error,
        })
      }
    },
  }
}

/**
 * Keys that were once fetched stay good while the issuer is away. They are fetched again for a key that is not among them, at
 * most every 30 seconds, and now and then, so that withdrawn keys go.
 */
function keysOf({ keys }: JsonWebTokenConfig): JWTVerifyGetKey {
  if ('set' in keys) return createLocalJWKSet({ keys: keys.set.keys.map((key) => ({ ...key })) } as never)
  const remote = createRemoteJWKSet(keys.url, {
    timeoutDuration: 5_000,
    cooldownDuration: 30_000,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  })
  let fetchedAt = Date.now()
  return (header, token) => {
    if (Date.now() - fetchedAt > REFETCH_MS) {
      fetchedAt = Date.now()
      void remote.reload().catch(() => {})
    }
    return remote(header, token)
  }
}

const REFETCH_MS = 10 * 60 * 1000

function read(payload: JWTPayload, claim: string): VerifiedToken {
  const { sub, jti, iat, exp, name } = payload
  const claims = claimsSchema.safeParse(payload[claim])
  if (typeof sub !== 'string' || sub === '' || typeof exp !== 'number') throw new TokenRefused('it names nobody')
  if (!claims.success) throw new TokenRefused(`its claim ${claim} is not as expected`)
  return {
    subject: sub,
    displayName: typeof name === 'string' && name !== '' ? name : sub,
    tokenId: typeof jti === 'string' ? jti : null,
    issuedAt: typeof iat === 'number' ? new Date(iat * 1000) : null,
    expiresAt: new Date(exp * 1000),
    claims: claims.data,
  }
}
