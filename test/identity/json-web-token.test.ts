import { createHmac, createSign, generateKeyPairSync, KeyObject, randomBytes, type webcrypto } from 'node:crypto'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createTokenVerifier, TokenRefused, type TokenVerifier } from '../../src/identity/json-web-token.ts'
import { AGENT, AUDIENCE, CLAIM, ISSUER, type Issuer, payloadOf, startIssuer } from './issuer.ts'

let issuer: Issuer
let verifier: TokenVerifier
beforeAll(async () => {
  issuer = await startIssuer()
  verifier = verifierOf(issuer)
})
afterAll(() => issuer.goAway())

function verifierOf({ url }: Issuer): TokenVerifier {
  return createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { url }, claim: CLAIM })
}

const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a good token', () => {
  test('says who its holder is, and until when', async () => {
    const token = await issuer.sign({ jti: 'one', exp: seconds(60) })
    await expect(verifier.verify(token)).resolves.toMatchObject({
      subject: 'u-17',
      displayName: 'Ada',
      tokenId: 'one',
      expiresAt: new Date(seconds(60) * 1000),
      claims: AGENT,
    })
  })

  test.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined])('may be of the type %s', async (typ) => {
    await expect(
      verifier.verify(await issuer.sign({}, typ === undefined ? ({ typ: undefined } as never) : { typ })),
    ).resolves.toBeTruthy()
  })

  test.each([[[AUDIENCE, 'others']], [AUDIENCE]])('may be for %s', async (aud) => {
    await expect(verifier.verify(await issuer.sign({ aud }))).resolves.toBeTruthy()
  })
})

/** Each a way to make a token that must not be taken. */
const ATTACKS: Record<string, () => Promise<string> | string> = {
  'without an end': () => issuer.sign({ exp: undefined }),
  'that has ended': () => issuer.sign({ exp: seconds(-31) }),
  'that ended long ago': () => issuer.sign({ exp: 1 }),
  'whose end is a text': () => issuer.sign({ exp: String(seconds(600)) }),
  'whose end is infinite': async () => tampered(await issuer.sign(), (payload) => ({ ...payload, exp: 1e308 })),
  'that is not good yet': () => issuer.sign({ nbf: seconds(60) }),
  'whose beginning is a text': () => issuer.sign({ nbf: 'now' }),
  'without a subject': () => issuer.sign({ sub: undefined }),
  'whose subject is empty': () => issuer.sign({ sub: '' }),
  'whose subject is a number': () => issuer.sign({ sub: 17 as never }),
  'without an issuer': () => issuer.sign({ iss: undefined }),
  'of another issuer': () => issuer.sign({ iss: 'https://evil.example.com' }),
  'of an issuer with a slash more': () => issuer.sign({ iss: `${ISSUER}/` }),
  'of several issuers': () => issuer.sign({ iss: [ISSUER] as never }),
  'without an audience': () => issuer.sign({ aud: undefined }),
  'for another audience': () => issuer.sign({ aud: 'another-service' }),
  'for other audiences': () => issuer.sign({ aud: ['another-service', 'third'] }),
  'for nobody': () => issuer.sign({ aud: [] }),
  'without claims': () => issuer.sign({ [CLAIM]: undefined }),
  'whose claims are a text': () => issuer.sign({ [CLAIM]: 'admin' }),
  'whose claims are empty': () => issuer.sign({ [CLAIM]: {} }),
  'of an unknown kind': () => issuer.sign({ [CLAIM]: { kind: 'root', accounts: 'all' } }),
  'of a kind in capitals': () => issuer.sign({ [CLAIM]: { kind: 'ADMIN', accounts: 'all' } }),
  'of an end user everywhere': () => issuer.sign({ [CLAIM]: { kind: 'end-user', accounts: 'all' } }),
  'of an end user who is nobody': () => issuer.sign({ [CLAIM]: { kind: 'end-user', accounts: { support: true } } }),
  'of an end user with an empty name': () => issuer.sign({ [CLAIM]: { kind: 'end-user', accounts: { support: '' } } }),
  'of an end user with a name too long': () =>
    issuer.sign({ [CLAIM]: { kind: 'end-user', accounts: { support: 'x'.repeat(201) } } }),
  'of a service that is a person': () => issuer.sign({ [CLAIM]: { kind: 'service', accounts: { support: 'user:1' } } }),
  'with claims too many': () => issuer.sign({ [CLAIM]: { ...AGENT, more: true } }),
  'with an unknown operation': () => issuer.sign({ [CLAIM]: { ...AGENT, operations: ['everything'] } }),
  'whose operations are a text': () => issuer.sign({ [CLAIM]: { ...AGENT, operations: 'query' } }),
  'of another purpose': () => issuer.sign({}, { typ: 'logout+jwt' }),
  'that is a DPoP proof': () => issuer.sign({}, { typ: 'dpop+jwt' }),
  'with an unknown critical header': () => forged({ alg: 'ES256', kid: 'key-1', crit: ['exp'], exp: 1 }),
  'of an unknown key': () => issuer.sign({}, { kid: 'nobody' }),
  'whose key is named as a path': () => issuer.sign({}, { kid: '../../dev/null' }),
  unsigned: () => `${encode({ alg: 'none' })}.${encode(payloadOf())}.`,
  'unsigned, in capitals': () => `${encode({ alg: 'NONE' })}.${encode(payloadOf())}.`,
  'unsigned, in mixed letters': () => `${encode({ alg: 'nOnE' })}.${encode(payloadOf())}.`,
  'unsigned with a signature of something': () => `${encode({ alg: 'none' })}.${encode(payloadOf())}.AAAA`,
  'without an algorithm': () => `${encode({ kid: 'key-1' })}.${encode(payloadOf())}.AAAA`,
  'signed with the public key as a secret': async () => hmac(await exportSPKI(issuer.newest.pair.publicKey)),
  'signed with the public JWK as a secret': async () =>
    hmac(JSON.stringify(await exportJWK(issuer.newest.pair.publicKey))),
  'signed with an empty secret': () => hmac(''),
  'signed with a random secret': () => hmac(randomBytes(32).toString('hex')),
  'that brings its own key': async () => {
    const own = await generateKeyPair('ES256', { extractable: true })
    return new SignJWT(payloadOf())
      .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(own.publicKey) })
      .sign(own.privateKey)
  },
  'that brings its own key under a known name': async () => {
    const own = await generateKeyPair('ES256', { extractable: true })
    const header = { alg: 'ES256', kid: 'key-1', jwk: await exportJWK(own.publicKey) }
    return new SignJWT(payloadOf()).setProtectedHeader(header).sign(own.privateKey)
  },
  'that names where its key is': async () => {
    const own = await generateKeyPair('ES256')
    return new SignJWT(payloadOf())
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1', jku: String(issuer.url) })
      .sign(own.privateKey)
  },
  'that names a certificate': async () => {
    const own = await generateKeyPair('ES256')
    return new SignJWT(payloadOf())
      .setProtectedHeader({ alg: 'ES256', x5u: 'https://evil.example.com/c.pem' })
      .sign(own.privateKey)
  },
  'of another key of the same kind': async () => {
    const own = await generateKeyPair('ES256')
    return new SignJWT(payloadOf()).setProtectedHeader({ alg: 'ES256', kid: 'key-1' }).sign(own.privateKey)
  },
  'of another algorithm': async () => {
    const own = await generateKeyPair('ES384')
    return new SignJWT(payloadOf()).setProtectedHeader({ alg: 'ES384', kid: 'key-1' }).sign(own.privateKey)
  },
  'signed with RSA': () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const text = `${encode({ alg: 'RS256', kid: 'key-1' })}.${encode(payloadOf())}`
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`
  },
  'whose payload was changed': async () => tampered(await issuer.sign(), (payload) => ({ ...payload, sub: 'admin' })),
  'whose header was changed': async () => {
    const [, payload, signature] = (await issuer.sign()).split('.')
    return `${encode({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt' })}.${payload}.${signature}`
  },
  'without its signature': async () => (await issuer.sign()).replace(/[^.]+$/, ''),
  'with half its signature': async () => (await issuer.sign()).slice(0, -43),
  'with a signature of zeros': async () =>
    (await issuer.sign()).replace(/[^.]+$/, Buffer.alloc(64).toString('base64url')),
  'with a signature in another form': async () => {
    const [header, payload] = (await issuer.sign()).split('.')
    return `${header}.${payload}.${Buffer.from([0x30, 0x06, 2, 1, 0, 2, 1, 0]).toString('base64url')}`
  },
  'with a part too many': async () => `${await issuer.sign()}.e30`,
  'in two parts': async () => (await issuer.sign()).split('.').slice(0, 2).join('.'),
  'that is encrypted': () => `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`,
  'whose payload is a list': () => forged({ alg: 'ES256', kid: 'key-1' }, []),
  'whose payload is no JSON': () => `${encode({ alg: 'ES256', kid: 'key-1' })}.AAAA.AAAA`,
  'whose header is no JSON': () => 'AAAA.AAAA.AAAA',
  'that is empty': () => '',
  'that is dots': () => '..',
  'that is too long': () => issuer.sign({ more: 'x'.repeat(8_192) }),
  'with a prototype': () => issuer.sign({ [CLAIM]: JSON.parse('{"__proto__":{"kind":"admin","accounts":"all"}}') }),
}

describe(`a token is refused (${Object.keys(ATTACKS).length} ways)`, () => {
  test.each(Object.keys(ATTACKS))('%s', async (name) => {
    await expect(verifier.verify(await ATTACKS[name]!())).rejects.toThrow(TokenRefused)
  })
})

describe('the keys of an issuer', () => {
  test('stay good while it is away', async () => {
    const other = await startIssuer()
    const verify = verifierOf(other).verify
    await verify(await other.sign())
    await other.goAway()
    await expect(verify(await other.sign())).resolves.toBeTruthy()
  })

  test('that are unknown are asked for once, however many tokens name them', async () => {
    const other = await startIssuer()
    const verify = verifierOf(other).verify
    await verify(await other.sign())
    const tokens = await Promise.all(Array.from({ length: 200 }, (_, n) => other.sign({}, { kid: `nobody-${n}` })))
    await Promise.allSettled(tokens.map(verify))
    expect(other.fetches).toBe(1)
    await other.goAway()
  })

  test('are asked for again when a new one signs, half a minute after the last time', async () => {
    const other = await startIssuer()
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(async () => {
      vi.useRealTimers()
      await other.goAway()
    })
    const verify = verifierOf(other).verify
    await verify(await other.sign())
    await other.rotate()
    vi.setSystemTime(Date.now() + 31_000)
    await expect(verify(await other.sign())).resolves.toBeTruthy()
    expect(other.fetches).toBe(2)
  })

  test('cannot be asked for: nobody is let in', async () => {
    const other = await startIssuer()
    const token = await other.sign()
    await other.goAway()
    await expect(verifierOf(other).verify(token)).rejects.toThrow(TokenRefused)
  })
})

function hmac(secret: string): string {
  const text = `${encode({ alg: 'HS256', kid: 'key-1' })}.${encode(payloadOf())}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

/** Signed with the right key, whatever it says. */
function forged(header: object, payload: unknown = payloadOf()): string {
  const text = `${encode(header)}.${encode(payload)}`
  const key = KeyObject.from(issuer.newest.pair.privateKey as webcrypto.CryptoKey)
  const signature = createSign('SHA256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

function tampered(token: string, change: (payload: Record<string, unknown>) => unknown): string {
  const [header, payload, signature] = token.split('.')
  return `${header}.${encode(change(JSON.parse(Buffer.from(payload!, 'base64url').toString())))}.${signature}`
}
