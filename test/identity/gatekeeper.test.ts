import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { createApiKey, isApiKey } from '../../src/identity/api-key.ts'
import { openGatekeeper, subjectName, tokenName } from '../../src/identity/gatekeeper.ts'
import { createTokenVerifier } from '../../src/identity/json-web-token.ts'
import { KeyRefused, KeyRing } from '../../src/identity/key-ring.ts'
import { Revocations } from '../../src/identity/revocations.ts'
import { AGENT, AUDIENCE, CLAIM, ISSUER, startIssuer } from './issuer.ts'

const ACCOUNTS = [
  {
    key: 'support',
    isIdentity: (_kind: string, name: string) => name.startsWith('contact:'),
    credentialOf: () => null,
  },
  { key: 'community', isIdentity: () => true, credentialOf: (name: string) => (name === 'nora' ? 'her token' : null) },
]

/** Two instances over one store. */
async function startInstances() {
  const issuer = await startIssuer()
  const database = new DatabaseSync(':memory:')
  const log = createSqliteLog(database)
  const [keys, revocations] = [new KeyRing(log), new Revocations(log)]
  const refusals: string[] = []
  const open = () =>
    openGatekeeper({
      tokens: createTokenVerifier({
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: ['ES256'],
        keys: { url: issuer.url },
        claim: CLAIM,
      }),
      keys,
      revocations,
      accounts: ACCOUNTS,
      refreshMs: 20,
      onRefusal: (reason) => refusals.push(reason),
      onFailure: (error) => {
        throw error
      },
    })
  const instances = [await open(), await open()] as const
  onTestFinished(async () => {
    await Promise.all(instances.map((instance) => instance.close()))
    await log.close()
    await issuer.goAway()
  })
  const admit = async (shown: string | null, instance = 0) => instances[instance]!.admit({ authorization: shown })
  return { issuer, keys, revocations, instances, refusals, admit }
}

test('whoever shows nothing, or something else, is not let in', async () => {
  const { admit, refusals } = await startInstances()
  for (const shown of [null, '', 'Bearer', 'Bearer ', 'Basic bm9yYTpub3Jh', 'Bearer a b', createApiKey(), 'Bearer é']) {
    await expect(admit(shown)).resolves.toBeNull()
  }
  expect(refusals).toHaveLength(8)
})

test('a token lets its holder in, as whoever it says in each account', async () => {
  const { issuer, admit } = await startInstances()
  const claims = { kind: 'end-user', accounts: { support: 'contact:12', community: 'nora', elsewhere: 'x' } }
  const identity = await admit(`Bearer ${await issuer.sign({ [CLAIM]: { ...claims, operations: ['query'] } })}`)
  expect(identity?.viewer).toEqual({ id: 'u-17', displayName: 'Ada', kind: 'end-user', operations: new Set(['query']) })
  const person = { kind: 'person', account: 'support', native: 'contact:12' }
  expect(identity?.grants.actorIn('support')).toEqual({ kind: 'end-user', person, credential: null })
  expect(identity?.grants.actorIn('community')).toMatchObject({ credential: 'her token' })
  expect(identity?.grants.actorIn('elsewhere')).toBeNull()
  expect(identity?.grants.actorIn('toString')).toBeNull()
})

test('a token that names somebody who cannot be lets nobody in', async () => {
  const { issuer, admit } = await startInstances()
  const claims = { kind: 'end-user', accounts: { support: 'user:1', community: 'nora' } }
  await expect(admit(`Bearer ${await issuer.sign({ [CLAIM]: claims })}`)).resolves.toBeNull()
})

test('a key lets in until it is revoked, on every instance', async () => {
  const { keys, instances, admit } = await startInstances()
  const { key, stored } = await keys.create({ name: 'reports', claims: AGENT, expiresAt: null })
  await vi.waitFor(async () =>
    expect(await admit(`Bearer ${key}`, 1)).toMatchObject({ viewer: { displayName: 'reports' } }),
  )
  const identity = await admit(`Bearer ${key}`, 1)
  const ended = vi.fn()
  instances[1].watch(identity!, ended)
  await keys.revoke(stored.id)
  await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1))
  await expect(admit(`Bearer ${key}`, 1)).resolves.toBeNull()
})

test('a key is kept in a form that nobody can use', async () => {
  const { keys } = await startInstances()
  const { key } = await keys.create({ name: 'reports', claims: AGENT, expiresAt: null })
  expect(JSON.stringify(await keys.list())).not.toContain(key)
  expect(isApiKey(key)).toBe(true)
  expect(isApiKey(key.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toBe(false)
})

test('two keys of one name may live at once, for the change from one to the other', async () => {
  const { keys } = await startInstances()
  const create = () => keys.create({ name: 'reports', claims: AGENT, expiresAt: null })
  const { stored } = await create()
  await create()
  await expect(create()).rejects.toThrow(KeyRefused)
  await keys.revoke(stored.id)
  await expect(create()).resolves.toBeTruthy()
  await expect(keys.revoke('nothing')).resolves.toBe(false)
})

test('a key ends at its time', async () => {
  const { keys, admit } = await startInstances()
  const { key } = await keys.create({ name: 'short', claims: AGENT, expiresAt: new Date(Date.now() + 300) })
  await vi.waitFor(async () => expect(await admit(`Bearer ${key}`)).not.toBeNull(), { interval: 10 })
  await vi.waitFor(async () => expect(await admit(`Bearer ${key}`)).toBeNull(), { interval: 10 })
})

test('whoever is watched is told of once their token ends', async () => {
  const { issuer, admit, instances } = await startInstances()
  const exp = Math.ceil(Date.now() / 1000) + 1
  const identity = await admit(`Bearer ${await issuer.sign({ exp })}`)
  const ended = vi.fn(() => Date.now())
  instances[0].watch(identity!, ended)
  const left = vi.fn()
  instances[0].watch(identity!, left).stop()
  await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1), { timeout: 4_000 })
  expect(ended.mock.results[0]!.value).toBeGreaterThanOrEqual(exp * 1000)
  expect(left).not.toHaveBeenCalled()
})

test.each(['a token', 'a subject'])('%s can be revoked on every instance; later tokens are good', async (what) => {
  const { issuer, revocations, instances, admit } = await startInstances()
  const token = `Bearer ${await issuer.sign({ jti: 'one' })}`
  const ended = vi.fn()
  instances[1].watch((await admit(token, 1))!, ended)
  await revocations.add(what === 'a token' ? tokenName('one') : subjectName('u-17'))
  await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1))
  for (const instance of [0, 1]) await expect(admit(token, instance)).resolves.toBeNull()
  await expect(admit(`Bearer ${await issuer.sign({ iat: Math.ceil(Date.now() / 1000) })}`, 1)).resolves.not.toBeNull()
})
