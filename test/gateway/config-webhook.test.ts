import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/problems.ts'
import { type Config, loadConfig } from '../../src/config.ts'

/** Must never come out of the configuration again, whatever is wrong with it. */
const CANARY = 'sk-canary-4f9a'
const ENVIRONMENT = { SECRET: CANARY, OTHER: 'another-canary', URL: `https://gateway.example.com/webhooks/b/${CANARY}` }

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'))
  writeFileSync(join(folder, 'secret.txt'), `${CANARY}\n`)
})
afterAll(() => rmSync(folder, { recursive: true }))

function load(account: string): Config {
  const file = join(folder, 'gateway.yaml')
  writeFileSync(file, `accounts:\n  - { key: a, ${account} }\n`)
  return loadConfig(file, ENVIRONMENT)
}

function problemsOf(account: string): readonly string[] {
  try {
    load(account)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
    return error.problems.map(({ path, message }) => `${path}: ${message}`)
  }
  throw new Error('nothing was wrong')
}

const cometChat = (webhook: string) =>
  `provider: cometchat, appId: x, region: eu, apiKey: { env: SECRET }, webhook: ${webhook}`
const bird = (webhook: string) =>
  `provider: bird, workspaceId: 22c1f3a4-0b1e-4b76-9f6e-0c7b6a5d4e3f, accessKey: { env: SECRET }, webhook: ${webhook}`

function hasInlet(account: string): boolean {
  const [configured] = load(account).accounts
  const provider = configured?.createProvider()
  void provider?.close()
  return provider?.inlet !== null
}

describe('the settings of webhooks', () => {
  it('resolve secrets in a group, and each of those in a list', () => {
    expect(hasInlet(cometChat('{ username: hook, passwords: [{ env: SECRET }, { file: secret.txt }] }'))).toBe(true)
    expect(hasInlet(bird('{ publicUrl: { env: URL }, signingKeys: [{ env: SECRET }, { env: OTHER }] }'))).toBe(true)
  })

  it('verify with what was resolved', () => {
    const account = cometChat('{ username: hook, passwords: [{ env: OTHER }, { file: secret.txt }] }')
    const provider = load(account).accounts[0]?.createProvider()
    void provider?.close()
    const receive = (password: string) =>
      provider?.inlet?.receive({
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`hook:${password}`).toString('base64')}` },
        body: Buffer.from('{"trigger":"user_blocked","data":{}}'),
        receivedAt: new Date(),
      })
    for (const password of [CANARY, 'another-canary'])
      expect(receive(password)).toEqual({ deliveryId: null, events: [], nudges: [] })
    expect(() => receive('{ env: OTHER }')).toThrow('the user name or the password is wrong')
  })

  it('may be left out: then there is no inlet', () => {
    expect(hasInlet('provider: cometchat, appId: x, region: eu, apiKey: { env: SECRET }')).toBe(false)
    expect(hasInlet(`${bird('').replace(', webhook: ', '')}`)).toBe(false)
  })

  it.each([
    [
      'a secret in clear in a list',
      cometChat(`{ username: hook, passwords: [{ env: SECRET }, ${CANARY}] }`),
      'accounts[0].webhook.passwords[1]: expected { env: NAME } or { file: PATH }, found text: a secret is never written into the configuration itself',
    ],
    [
      'a variable that is not there',
      bird('{ publicUrl: { env: URL }, signingKeys: [{ env: GONE }] }'),
      'accounts[0].webhook.signingKeys[0]: the environment variable GONE is not set',
    ],
    [
      'no secrets',
      bird('{ publicUrl: { env: URL }, signingKeys: [] }'),
      'accounts[0].webhook.signingKeys: expected at least 1 entries',
    ],
    [
      'too many',
      cometChat(`{ username: hook, passwords: [${Array(4).fill('{ env: SECRET }').join(', ')}] }`),
      'accounts[0].webhook.passwords: expected at most 3 entries',
    ],
    [
      'an address that is none',
      bird('{ publicUrl: { env: SECRET }, signingKeys: [{ env: SECRET }] }'),
      'accounts[0].webhook.publicUrl: expected the whole address of the webhook as Bird knows it, from https:// on',
    ],
    [
      'an unknown key in the group',
      cometChat('{ usrname: hook, username: hook, passwords: [{ env: SECRET }] }'),
      'accounts[0].webhook.usrname: there is no such setting; did you mean username?',
    ],
  ])('say what is wrong with %s', (_, account, problem) => {
    expect(problemsOf(account)).toEqual([problem])
  })
})
