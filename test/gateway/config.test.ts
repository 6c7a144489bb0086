import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/problems.ts'
import { clearSecrets } from '../../src/config/secrets.ts'
import { type Config, loadConfig, readConfig } from '../../src/config.ts'

/** Must never come out of the configuration again, whatever is wrong with it. */
const CANARY = 'sk-canary-4f9a'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'))
  writeFileSync(join(folder, 'secret.txt'), `${CANARY}\n`)
  writeFileSync(join(folder, 'empty.txt'), '\n')
  mkdirSync(join(folder, 'folder.txt'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const ENVIRONMENT = { CHATWOOT_TOKEN: CANARY, EMPTY_TOKEN: '' }

function load(yaml: string, environment: NodeJS.ProcessEnv = ENVIRONMENT): Config {
  const file = join(folder, 'gateway.yaml')
  writeFileSync(file, yaml)
  return loadConfig(file, environment)
}

/** The problems, each as `path: message`. Fails where there are none. */
function problemsOf(yaml: string, environment?: NodeJS.ProcessEnv): readonly string[] {
  try {
    load(yaml, environment)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
    return error.problems.map(({ path, message }) => `${path}: ${message}`)
  }
  throw new Error('nothing was wrong')
}

const SUPPORT = `
  - key: support
    provider: chatwoot
    baseUrl: https://support.example.com
    accountId: 5
    token: { env: CHATWOOT_TOKEN }
`
const TOKENS = 'tokens: { issuer: me, audience: you, algorithms: [ES256], jwksUrl: "https://me.example/keys" }'
const VALID = `accounts:${SUPPORT}`

/** The valid account with a line of it replaced; an empty replacement leaves the line out. */
function account(line: RegExp, replacement: string): string {
  return `accounts:${SUPPORT.replace(line, replacement)}`
}

describe('a valid configuration', () => {
  it('needs accounts only', () => {
    const config = load(VALID)
    expect(config).toMatchObject({
      port: 4000,
      store: 'gateway.sqlite',
      viewer: { displayName: 'Gateway', kind: 'agent' },
      accounts: [{ key: 'support', displayName: 'support', vendor: 'chatwoot' }],
    })
  })

  it('takes everything that can be said', () => {
    const config = load(`
port: 8080
store: /var/lib/gateway.sqlite
viewer: { displayName: Front desk, kind: service }
accounts:
  - { key: a, provider: chatwoot, displayName: Support, accountId: 5, token: { env: CHATWOOT_TOKEN } }
  - { key: b, provider: cometchat, appId: x1, region: eu, apiKey: { file: secret.txt }, actAs: nora, paidFilters: true }
  - { key: c, provider: bird, workspaceId: 22c1f3a4-0b1e-4b76-9f6e-0c7b6a5d4e3f, accessKey: { file: ./secret.txt } }
`)
    expect(config).toMatchObject({ port: 8080, store: '/var/lib/gateway.sqlite' })
    expect(config.viewer).toEqual({ displayName: 'Front desk', kind: 'service' })
    expect(config.accounts.map(({ key, displayName }) => [key, displayName])).toEqual([
      ['a', 'Support'],
      ['b', 'b'],
      ['c', 'c'],
    ])
  })

  it('lets in whoever reaches it, from this machine alone, unless told otherwise', () => {
    expect(load(VALID)).toMatchObject({
      host: '127.0.0.1',
      hostNames: [],
      origins: [],
      identity: null,
      explorer: true,
      documents: null,
    })
    expect(load(`host: "::1"\nexplorer: false\n${VALID}`)).toMatchObject({ host: '::1', explorer: false })
  })

  it('lets nobody look around where they have to prove who they are, unless told otherwise', () => {
    const open = `host: 0.0.0.0\nhostNames: [Chat.Example.com]\norigins: ["https://app.example.com"]`
    const config = load(`${open}\nidentity: { ${TOKENS} }\n${VALID}`)
    expect(config).toMatchObject({
      host: '0.0.0.0',
      hostNames: ['chat.example.com'],
      origins: ['https://app.example.com'],
      identity: {
        apiKeys: false,
        tokens: {
          issuer: 'me',
          algorithms: ['ES256'],
          claim: 'conversations',
          keys: { url: new URL('https://me.example/keys') },
        },
      },
      explorer: false,
    })
    expect(load(`explorer: true\nidentity: { apiKeys: true }\n${VALID}`)).toMatchObject({
      identity: { apiKeys: true, tokens: null },
      explorer: true,
    })
  })

  it('makes providers that know their account, without a call', async () => {
    const [support] = load(VALID).accounts
    const provider = support?.createProvider()
    expect(provider?.name).toBe('chatwoot')
    await provider?.close()
  })

  it('takes the port from PORT where it names none', () => {
    expect(load(VALID, { ...ENVIRONMENT, PORT: '5005' }).port).toBe(5005)
    expect(load(`port: 0\n${VALID}`, { ...ENVIRONMENT, PORT: '5005' }).port).toBe(0)
    expect(load(VALID, { ...ENVIRONMENT, PORT: '' }).port).toBe(4000)
  })

  it('takes no webhooks for an account without a token, and by its token for another', () => {
    const token = 'wh-canary-0123456789abcdef'
    const withToken = account(/accountId: 5/, 'accountId: 5\n    webhookToken: { env: HOOK }')
    const config = load(withToken, { ...ENVIRONMENT, HOOK: token })
    expect(config.accounts[0]?.webhookToken?.reveal()).toBe(token)
    expect(inspect(config, { depth: 9, showHidden: true })).not.toContain(token)
    expect(load(VALID).accounts[0]?.webhookToken).toBeNull()
  })

  it('leaves how reading is marked, and where clients reach it, as they are, unless told otherwise', () => {
    expect(load(VALID)).toMatchObject({ publicUrl: null, accounts: [{ readVisibility: null }] })
    const told = account(/accountId: 5/, 'accountId: 5\n    markRead: private')
    const config = load(`publicUrl: https://gateway.example.com/chat/\n${told}`)
    expect(config).toMatchObject({
      publicUrl: 'https://gateway.example.com/chat',
      accounts: [{ readVisibility: 'private' }],
    })
  })

  it('keeps events in the file, or in a Redis beside the file', () => {
    expect(load(VALID)).toMatchObject({ store: 'gateway.sqlite', redis: null })
    const plain = load(`store: redis://127.0.0.1:6379/2\n${VALID}`)
    expect([plain.store, plain.redis?.reveal()]).toEqual(['gateway.sqlite', 'redis://127.0.0.1:6379/2'])
    const url = `redis://:${CANARY}@redis.example.com`
    const secret = load(`store: { env: REDIS_URL }\nlocalStore: here.sqlite\n${VALID}`, {
      ...ENVIRONMENT,
      REDIS_URL: url,
    })
    expect([secret.store, secret.redis?.reveal()]).toEqual(['here.sqlite', url])
    expect(JSON.stringify(secret) + inspect(secret, { depth: 9, showHidden: true })).not.toContain(CANARY)
  })

  it('does not print a secret, however it is printed', () => {
    const config = load(VALID)
    expect(inspect(config, { depth: 9, showHidden: true })).not.toContain(CANARY)
    expect(JSON.stringify(config)).not.toContain(CANARY)
  })

  it('takes secrets in clear from those who say so', () => {
    const document = { accounts: [{ key: 'a', provider: 'chatwoot', accountId: 5, token: 'in clear' }] }
    const options = { environment: {}, source: 'here', readSecret: clearSecrets }
    expect(readConfig(document, options).accounts).toHaveLength(1)
  })
})

/** What is wrong, the file, and the problems it must give: all of them and no others. */
const BROKEN: readonly (readonly [string, string, readonly string[]])[] = [
  // The document
  ['an empty file', '', [': expected a group of settings, found an empty value']],
  ['a list', '- a\n', [': expected a group of settings, found a list']],
  ['text', 'hello\n', [': expected a group of settings, found text']],
  ['no accounts', 'port: 4000\n', ['accounts: expected a list, found nothing']],
  ['an empty list of accounts', 'accounts: []\n', ['accounts: expected at least one account']],
  ['accounts that are no list', 'accounts: { a: 1 }\n', ['accounts: expected a list, found a group of settings']],
  ['an account that is text', 'accounts: [support]\n', ['accounts[0]: expected a group of settings, found text']],
  ['an account that is empty', 'accounts: [~]\n', ['accounts[0]: expected a group of settings, found an empty value']],
  [
    'an unknown key',
    `colours: 1\n${VALID}`,
    [
      'colours: there is no such setting; known here: port, publicUrl, store, localStore, host, hostNames, origins, identity, explorer, documents, viewer, accounts',
    ],
  ],
  ['a misspelt key', `prot: 1\n${VALID}`, ['prot: there is no such setting; did you mean port?']],
  [
    'accounts misspelt',
    'acounts: []\n',
    ['accounts: expected a list, found nothing', 'acounts: there is no such setting; did you mean accounts?'],
  ],
  // YAML
  [
    'a key that is there twice',
    `port: 1\nport: 2\n${VALID}`,
    ['line 2, column 1: not valid YAML: this key is already there'],
  ],
  ['a tab', 'accounts:\n\t- key: a\n', [expect.stringMatching(/^line 2, column \d+: not valid YAML: /)]],
  [
    'an open quote',
    `viewer: "${CANARY}\n`,
    [expect.stringMatching(/^line \d, column \d+: not valid YAML: a closing quote/)],
  ],
  ['an open bracket', `accounts: [${CANARY}\n`, [expect.stringMatching(/^line \d, column \d+: not valid YAML: /)]],
  ['a second colon', `store: ${CANARY}: b\n`, [expect.stringMatching(/^line 1, column \d+: not valid YAML: a colon/)]],
  [
    'wrong indentation',
    'viewer:\n   kind: agent\n  displayName: a\n',
    [expect.stringMatching(/^line 3, column \d+: not valid YAML: /)],
  ],
  [
    'an alias to nothing',
    'store: *canary\naccounts: []\n',
    [expect.stringMatching(/^(line 1, column \d+: not valid YAML|): aliases/)],
  ],
  [
    'an alias',
    'viewer: &v { displayName: a }\nstore: *v\n',
    [': aliases (*name) are not supported: write the value itself'],
  ],
  ['a tag', `store: !secret ${CANARY}\n`, [expect.stringMatching(/^line 1, column \d+: not valid YAML: tags/)]],
  [
    'two documents',
    `${VALID}\n---\n${VALID}`,
    [expect.stringMatching(/^line \d+, column \d+: not valid YAML: a second document/)],
  ],
  // Settings of the gateway
  ['a port that is text', `port: "4000"\n${VALID}`, ['port: expected a port from 0 to 65535, found text']],
  ['a port out of range', `port: 70000\n${VALID}`, ['port: expected a port from 0 to 65535']],
  ['a negative port', `port: -1\n${VALID}`, ['port: expected a port from 0 to 65535']],
  ['half a port', `port: 40.5\n${VALID}`, ['port: expected a port from 0 to 65535, found a number']],
  [
    'a password of Redis',
    `store: redis://:${CANARY}@localhost\n${VALID}`,
    [
      'store: a password is never written into the configuration: give the whole URL as { env: NAME } or { file: PATH }',
    ],
  ],
  ['a Redis without a host', `store: "redis:"\n${VALID}`, ['store: expected a URL such as redis://127.0.0.1:6379']],
  [
    'a secret that is no Redis',
    `store: { env: CHATWOOT_TOKEN }\n${VALID}`,
    ['store: expected a URL such as redis://127.0.0.1:6379'],
  ],
  [
    'a Redis in a variable that is not set',
    `store: { env: REDIS_URL }\n${VALID}`,
    ['store: the environment variable REDIS_URL is not set'],
  ],
  [
    'a local store without Redis',
    `localStore: a.sqlite\n${VALID}`,
    ['localStore: this is needed only where store is a Redis; give the path as store'],
  ],
  ['an empty store', `store: ""\n${VALID}`, ['store: expected the path of a SQLite file, found an empty text']],
  ['a store that is a number', `store: 1\n${VALID}`, ['store: expected the path of a SQLite file, found a number']],
  ['a viewer that is text', `viewer: Nora\n${VALID}`, ['viewer: expected a group of settings, found text']],
  [
    'a viewer of unknown kind',
    `viewer: { displayName: Nora, kind: agnet }\n${VALID}`,
    ['viewer.kind: expected one of agent, service, admin (did you mean agent?), found text'],
  ],
  [
    'a viewer without a name',
    `viewer: { kind: agent }\n${VALID}`,
    ['viewer.displayName: expected text, found nothing'],
  ],
  [
    'a viewer with an empty name',
    `viewer: { displayName: "" }\n${VALID}`,
    ['viewer.displayName: expected a name, found an empty text'],
  ],
  [
    'an unknown key of the viewer',
    `viewer: { displayName: Nora, roles: 1 }\n${VALID}`,
    ['viewer.roles: there is no such setting; known here: displayName, kind'],
  ],
  // Who is let in
  [
    'an address that others reach, and no identity',
    `host: 0.0.0.0\n${VALID}`,
    ['host: everybody who reaches this address would read everything: add identity, or leave host out'],
  ],
  ['a host that is a name', `host: localhost\n${VALID}`, ['host: expected an IP address, such as 0.0.0.0']],
  [
    'a host name that is an address of a page',
    `hostNames: ["https://chat.example.com"]\n${VALID}`,
    ['hostNames[0]: expected a host name such as chat.example.com'],
  ],
  ...['https://app.example.com/', 'app.example.com', '*', 'null', 'https://APP.example.com'].map(
    (origin): readonly [string, string, readonly string[]] => [
      `the origin ${origin}`,
      `origins: ["${origin}"]\n${VALID}`,
      ['origins[0]: expected an origin such as https://app.example.com'],
    ],
  ),
  [
    'an identity that lets nobody in',
    `identity: {}\n${VALID}`,
    ['identity: expected tokens, or apiKeys: true, or both: nobody could come in'],
  ],
  [
    'a viewer beside an identity',
    `viewer: { displayName: Nora }\nidentity: { apiKeys: true }\n${VALID}`,
    ['viewer: callers say who they are: leave it out, or leave identity out'],
  ],
  [
    'tokens that anybody could sign who checks them',
    `identity: { ${TOKENS.replace('ES256', 'HS256')} }\n${VALID}`,
    [expect.stringMatching(/^identity\.tokens\.algorithms\[0\]: expected one of RS256, .*, EdDSA/)],
  ],
  [
    'tokens without keys',
    `identity: { ${TOKENS.replace(/, jwksUrl: ".*"/, '')} }\n${VALID}`,
    ['identity.tokens: expected either jwksUrl or publicKeys'],
  ],
  [
    'a key that is no public key',
    `identity: { ${TOKENS.replace(/jwksUrl: ".*"/, 'publicKeys: [{ file: secret.txt }]')} }\n${VALID}`,
    ['identity.tokens.publicKeys[0]: expected a public key, in PEM or as a JSON Web Key'],
  ],
  // What all accounts have
  ['an account without a key', account(/key: support\n {4}/, ''), ['accounts[0].key: expected text, found nothing']],
  [
    'a key in capitals',
    account(/key: support/, 'key: Support'),
    ['accounts[0].key: expected a key of lower-case letters, digits and hyphens, at most 40, such as support-eu'],
  ],
  ['a key that is a number', account(/key: support/, 'key: 5'), ['accounts[0].key: expected text, found a number']],
  ['a key twice', `accounts:${SUPPORT}${SUPPORT}`, ['accounts[1].key: accounts[0] already has this key']],
  [
    'no provider',
    account(/ {4}provider: chatwoot\n/, ''),
    ['accounts[0].provider: expected one of cometchat, chatwoot, bird, found nothing'],
  ],
  [
    'a misspelt provider',
    account(/chatwoot/, 'chatwot'),
    ['accounts[0].provider: expected one of cometchat, chatwoot, bird (did you mean chatwoot?), found text'],
  ],
  [
    'an empty displayName',
    account(/key: support/, 'key: support\n    displayName: ""'),
    ['accounts[0].displayName: expected a name, found an empty text'],
  ],
  [
    'a way to mark reading that there is not',
    account(/accountId: 5/, 'accountId: 5\n    markRead: secret'),
    ['accounts[0].markRead: expected one of public, private, found text'],
  ],
  [
    'a public address that sends files in clear',
    `publicUrl: http://gateway.example.com\n${VALID}`,
    [expect.stringMatching(/^publicUrl: expected an absolute https URL without query/)],
  ],
  // What the provider needs
  [
    'a setting that is missing',
    account(/ {4}accountId: 5\n/, ''),
    [expect.stringMatching(/^accounts\[0\]\.accountId: expected .*, found nothing$/)],
  ],
  [
    'a setting that makes no sense',
    account(/accountId: 5/, 'accountId: five'),
    ['accounts[0].accountId: expected the number of the account, such as 5'],
  ],
  [
    'an unknown setting',
    account(/accountId: 5/, 'accountId: 5\n    inbox: 3'),
    [
      expect.stringMatching(
        /^accounts\[0\]\.inbox: there is no such setting; known here: key, provider, displayName, webhookToken, credentials, markRead, baseUrl, /,
      ),
    ],
  ],
  [
    'a misspelt setting',
    account(/accountId: 5/, 'accountId: 5\n    baseURL: https://a.example'),
    ['accounts[0].baseURL: there is no such setting; did you mean baseUrl?'],
  ],
  [
    'a misspelt common setting',
    account(/accountId: 5/, 'accountId: 5\n    displayname: a'),
    ['accounts[0].displayname: there is no such setting; did you mean displayName?'],
  ],
  [
    'a value in the place of a key',
    account(/accountId: 5/, `accountId: 5\n    "${CANARY} x":`),
    [expect.stringMatching(/^accounts\[0\]: there is an unknown setting; /)],
  ],
  [
    'a base URL without https',
    account(/https:/, 'http:'),
    [expect.stringMatching(/^accounts\[0\]\.baseUrl: expected an absolute https URL/)],
  ],
  [
    'a base URL with a credential',
    account(/https:\/\//, `https://nora:${CANARY}@`),
    [expect.stringMatching(/^accounts\[0\]\.baseUrl: expected an absolute https URL/)],
  ],
  // Secrets
  [
    'a secret in clear',
    account(/\{ env.*\}/, CANARY),
    [
      'accounts[0].token: expected { env: NAME } or { file: PATH }, found text: a secret is never written into the configuration itself',
    ],
  ],
  [
    'a secret that is a number',
    account(/\{ env.*\}/, '12345'),
    [
      'accounts[0].token: expected { env: NAME } or { file: PATH }, found a number: a secret is never written into the configuration itself',
    ],
  ],
  [
    'no secret',
    account(/ {4}token.*\n/, ''),
    ['accounts[0].token: expected a secret: write { env: NAME } or { file: PATH }, found nothing'],
  ],
  [
    'an empty secret',
    account(/\{ env.*\}/, ''),
    ['accounts[0].token: expected a secret: write { env: NAME } or { file: PATH }, found an empty value'],
  ],
  [
    'a secret of another form',
    account(/env: CHATWOOT_TOKEN/, `value: ${CANARY}`),
    ['accounts[0].token: expected { env: NAME } or { file: PATH }, found a group of settings'],
  ],
  [
    'a secret from two places',
    account(/env: CHATWOOT_TOKEN/, 'env: CHATWOOT_TOKEN, file: secret.txt'),
    ['accounts[0].token: expected { env: NAME } or { file: PATH }, found a group of settings'],
  ],
  [
    'a variable that is not set',
    account(/CHATWOOT_TOKEN/, 'CHATWOOT_TOKN'),
    ['accounts[0].token: the environment variable CHATWOOT_TOKN is not set'],
  ],
  [
    'a variable that is empty',
    account(/CHATWOOT_TOKEN/, 'EMPTY_TOKEN'),
    ['accounts[0].token: the environment variable EMPTY_TOKEN is empty'],
  ],
  [
    'the secret in the place of the variable',
    account(/CHATWOOT_TOKEN/, CANARY),
    ['accounts[0].token: expected the name of an environment variable after env: capitals, digits and _ only'],
  ],
  [
    'a file that is not there',
    account(/env: CHATWOOT_TOKEN/, 'file: nowhere.txt'),
    ['accounts[0].token: the file named here cannot be read (ENOENT)'],
  ],
  [
    'the secret in the place of the file',
    account(/env: CHATWOOT_TOKEN/, `file: ${CANARY}`),
    ['accounts[0].token: the file named here cannot be read (ENOENT)'],
  ],
  [
    'a folder in the place of the file',
    account(/env: CHATWOOT_TOKEN/, 'file: folder.txt'),
    ['accounts[0].token: the file named here cannot be read (EISDIR)'],
  ],
  [
    'a file that is empty',
    account(/env: CHATWOOT_TOKEN/, 'file: empty.txt'),
    ['accounts[0].token: the file named here is empty'],
  ],
  // Webhooks
  [
    'a webhook token in clear',
    account(/accountId: 5/, `accountId: 5\n    webhookToken: ${CANARY}`),
    [
      'accounts[0].webhookToken: expected { env: NAME } or { file: PATH }, found text: a secret is never written into the configuration itself',
    ],
  ],
  [
    'a webhook token that could be guessed',
    account(/accountId: 5/, 'accountId: 5\n    webhookToken: { env: CHATWOOT_TOKEN }'),
    ['accounts[0].webhookToken: expected at least 24 letters, digits, - or _, because it is part of an address'],
  ],
  // Several at once
  [
    'everything at once',
    `prot: 1\naccounts:${SUPPORT.replace('CHATWOOT_TOKEN', 'NOT_SET').replace('accountId: 5', 'accountId: x')}  - { key: support, provider: brid }\n`,
    [
      'accounts[1].provider: expected one of cometchat, chatwoot, bird (did you mean bird?), found text',
      'prot: there is no such setting; did you mean port?',
      'accounts[0].token: the environment variable NOT_SET is not set',
      'accounts[0].accountId: expected the number of the account, such as 5',
      'accounts[1].key: accounts[0] already has this key',
    ],
  ],
]

describe('a broken configuration', () => {
  it.each(BROKEN)('with %s is refused with each problem and its way out', (_what, yaml, problems) => {
    expect(problemsOf(yaml)).toEqual(problems)
  })

  it('is tried in more than forty ways', () => {
    expect(BROKEN.length).toBeGreaterThan(40)
  })

  it('that is not there is refused', () => {
    expect(() => loadConfig(join(folder, 'other.yaml'), {})).toThrow(
      /other\.yaml cannot be used: 1 problem\n {2}there is no such file$/,
    )
  })

  it('that is a folder is refused', () => {
    expect(() => loadConfig(folder, {})).toThrow(/the file cannot be read \(EISDIR\)/)
  })

  it.each(['x', '70000', '-1', '40.5'])('with PORT %s in the environment is refused', (port) => {
    expect(problemsOf(VALID, { ...ENVIRONMENT, PORT: port })).toEqual([
      expect.stringMatching(/^PORT \(environment\): expected /),
    ])
  })

  it('tells all in one message, a line for each problem', () => {
    expect(() => load('port: x\n')).toThrow(
      /gateway\.yaml cannot be used: 2 problems\n {2}port: expected a port.*\n {2}accounts: expected a list, found nothing$/,
    )
  })
})
