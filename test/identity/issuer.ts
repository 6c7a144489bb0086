import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'

export const ISSUER = 'https://login.example.com'
export const AUDIENCE = 'conversation-gateway'
export const CLAIM = 'conversations'

/** Claims of an agent who may everything everywhere. */
export const AGENT = { kind: 'agent', accounts: 'all' } as const

/** Somebody who makes tokens, and publishes the keys they can be checked with. */
export interface Issuer {
  readonly url: URL
  /** How often its keys were asked for. */
  readonly fetches: number
  /** Signed with the newest key; what is given is added, `undefined` leaves out. */
  sign(payload?: Record<string, unknown>, header?: Partial<JWTHeaderParameters>): Promise<string>
  /** From now on there is a further key, and it signs. */
  rotate(): Promise<void>
  readonly newest: { readonly kid: string; readonly pair: GenerateKeyPairResult }
  /** Answers nothing any more. */
  goAway(): Promise<void>
}

export async function startIssuer(): Promise<Issuer> {
  const keys = [await makeKey(1)]
  let fetches = 0
  const server = createServer(async (_request, response) => {
    fetches += 1
    const published = keys.map(async ({ kid, pair }) => ({ ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256' }))
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: await Promise.all(published) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const goAway = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const newest = () => keys.at(-1)!
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`),
    get fetches() {
      return fetches
    },
    get newest() {
      return newest()
    },
    sign: (payload, header) =>
      new SignJWT(payloadOf(payload))
        .setProtectedHeader({ alg: 'ES256', kid: newest().kid, typ: 'JWT', ...header })
        .sign(newest().pair.privateKey),
    rotate: async () => {
      keys.push(await makeKey(keys.length + 1))
    },
    goAway,
  }
}

/** What a good token says, with something else in places. */
export function payloadOf(changed: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000)
  const good = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'u-17',
    name: 'Ada',
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 600,
  }
  const all = { ...good, [CLAIM]: AGENT, ...changed }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

async function makeKey(number: number) {
  return { kid: `key-${number}`, pair: await generateKeyPair('ES256', { extractable: true }) }
}
