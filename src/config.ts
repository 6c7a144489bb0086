import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { Secret } from '../providers/kit/secret.ts'
import { baseUrlSetting, z } from '../providers/kit/settings.ts'
import type { Provider, ReadVisibility } from '../providers/port/index.ts'
import { type Checked, check } from './config/check.ts'
import { readCredentials } from './config/credentials.ts'
import { readDocument } from './config/document.ts'
import { type DocumentsConfig, readDocuments } from './config/documents.ts'
import { type IdentityConfig, readIdentity } from './config/identity.ts'
import { ConfigError, type ConfigProblem, pathOf } from './config/problems.ts'
import { type ReadSecret, resolveSecrets, secretReferences } from './config/secrets.ts'
import { readStore, type StoreConfig } from './config/store.ts'
import { readWebhookToken } from './config/webhook-token.ts'
import { findVendor, vendorNames } from './providers.ts'

/** A configuration in which everything has been checked. */
export interface Config extends StoreConfig {
  /** 0: any free one. */
  readonly port: number
  /** Under which address clients reach the gateway, without a slash at its end; null: under its own. */
  readonly publicUrl: string | null
  /** The address it listens on. */
  readonly host: string
  /** The names under which clients may call it, in lower case, beside those of this machine. */
  readonly hostNames: readonly string[]
  /** The origins of pages that may call it from a browser, beside its own. */
  readonly origins: readonly string[]
  /** How callers prove who they are; null: they need not, because only this machine reaches the gateway. */
  readonly identity: IdentityConfig | null
  /** Whether callers may look around: GraphiQL, introspection, suggestions. */
  readonly explorer: boolean
  /** What clients may ask by name; null: they send what they ask. */
  readonly documents: DocumentsConfig | null
  /** Who callers are where they need not prove it. */
  readonly viewer: ViewerConfig
  readonly accounts: readonly AccountConfig[]
}

export type ViewerConfig = z.infer<typeof viewerSchema>

export interface AccountConfig {
  readonly key: string
  readonly displayName: string
  /** The provider's name. */
  readonly vendor: string
  /** The last part of the address to which its webhooks go; null: it takes none. */
  readonly webhookToken: Secret | null
  /** What marking as read comes to where the caller does not say; null: whatever is the provider's way. */
  readonly readVisibility: ReadVisibility | null
  /** Whether a webhook that was not answered with success comes again, hours later too. */
  readonly retriesWebhooks: boolean
  /** How many calls the provider allows the account. */
  readonly callsPerMinute: number
  /** Whether somebody of this kind may be called so in claims. */
  isIdentity(kind: 'end-user' | 'agent', name: string): boolean
  /** That person's own credential, where there is one. */
  credentialOf(name: string): string | null
  /** Makes the provider; no call is made and nothing can fail. */
  createProvider(): Provider
}

export interface ConfigOptions {
  readonly environment: NodeJS.ProcessEnv
  readonly readSecret: ReadSecret
  /** What the paths of other files are relative to; where the process runs unless told otherwise. */
  readonly directory?: string
  /** Names the configuration in errors. */
  readonly source: string
}

/** Reads and checks a YAML file. Throws `ConfigError` with everything that is wrong. */
export function loadConfig(file: string, environment: NodeJS.ProcessEnv): Config {
  const document = readDocument(readText(file))
  if (document.problems !== null) throw new ConfigError(file, document.problems)
  const directory = dirname(resolve(file))
  const readSecret = secretReferences(environment, directory)
  return readConfig(document.value, { environment, readSecret, directory, source: file })
}

/** Checks a configuration that is already plain values. Throws `ConfigError` with everything that is wrong. */
export function readConfig(document: unknown, options: ConfigOptions): Config {
  const top = check(configSchema, document, { path: [], siblings: [] })
  const group = isGroup(document) ? document : {}
  const store = readStore(group.store, group.localStore, options.readSecret)
  const accounts = rawAccounts(document).map((account, index) => readAccount(account, index, options.readSecret))
  const identity = readIdentity(group.identity, options.readSecret)
  const documents = readDocuments(group.documents, options.directory ?? '')
  const port = portFrom(options.environment)
  const problems = [
    ...top.problems,
    ...store.problems,
    ...identity.problems,
    ...documents.problems,
    ...(top.value === null ? [] : openDoors(top.value, group.identity !== undefined)),
    ...accounts.flatMap((account) => account.problems),
    ...repeatedKeys(rawAccounts(document)),
    ...port.problems,
  ]
  if (
    top.value === null ||
    store.value === null ||
    identity.value === null ||
    documents.value === null ||
    port.value === null ||
    problems.length > 0
  )
    throw new ConfigError(options.source, problems)
  return {
    ...store.value,
    port: top.value.port ?? port.value,
    host: top.value.host,
    hostNames: top.value.hostNames.map((name) => name.toLowerCase()),
    origins: top.value.origins,
    ...identity.value,
    ...documents.value,
    explorer: top.value.explorer ?? identity.value.identity === null,
    publicUrl: top.value.publicUrl?.replace(/\/$/, '') ?? null,
    viewer: top.value.viewer ?? DEFAULT_VIEWER,
    accounts: accounts.flatMap(({ account }) => (account === null ? [] : [account])),
  }
}

/** The port that the environment asks for, or 4000. Throws `ConfigError` where that is no port. */
export function defaultPort(environment: NodeJS.ProcessEnv): number {
  const port = portFrom(environment)
  if (port.value === null) throw new ConfigError('The environment', port.problems)
  return port.value
}

function portFrom(environment: NodeJS.ProcessEnv): Checked<number> {
  return check(portVariable, environment.PORT || DEFAULT_PORT, { path: ['PORT (environment)'], siblings: [] })
}

const DEFAULT_PORT = '4000'
const DEFAULT_VIEWER = { displayName: 'Gateway', kind: 'agent' } as const

const viewerSchema = z.strictObject({
  displayName: z.string().min(1, { error: 'expected a name, found an empty text' }),
  // No end users: nobody could say which one they are.
  kind: z.enum(['agent', 'service', 'admin']).default('agent'),
})

const KEY_FORM = 'expected a key of lower-case letters, digits and hyphens, at most 40, such as support-eu'

/** What every account has, whatever its provider. */
const accountSchema = z.looseObject({
  key: z.string().regex(/^[a-z0-9-]{1,40}$/, { error: KEY_FORM }),
  provider: z.enum(vendorNames()),
  displayName: z.string().min(1, { error: 'expected a name, found an empty text' }).optional(),
  // Read by readWebhookToken.
  webhookToken: z.unknown().optional(),
  // Read by readCredentials.
  credentials: z.unknown().optional(),
  markRead: z.enum(['public', 'private']).optional(),
})

const portRange = z.int({ error: 'expected a port from 0 to 65535' }).min(0).max(65_535)
const portVariable = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'expected a port from 0 to 65535' })
  .transform(Number)
  .pipe(portRange)

const configSchema = z.strictObject({
  port: portRange.optional(),
  publicUrl: baseUrlSetting.optional(),
  // Read by readStore.
  store: z.unknown().optional(),
  localStore: z.unknown().optional(),
  host: z
    .string()
    .refine((host) => isIP(host) !== 0, { error: 'expected an IP address, such as 0.0.0.0' })
    .default('127.0.0.1'),
  hostNames: z
    .array(z.string().regex(/^[A-Za-z0-9.-]+$/, { error: 'expected a host name such as chat.example.com' }))
    .default([]),
  origins: z
    .array(z.string().refine(isOrigin, { error: 'expected an origin such as https://app.example.com' }))
    .default([]),
  // Read by readIdentity.
  identity: z.unknown().optional(),
  explorer: z.boolean().optional(),
  // Read by readDocuments.
  documents: z.unknown().optional(),
  viewer: viewerSchema.optional(),
  accounts: z.array(accountSchema).min(1, { error: 'expected at least one account' }),
})

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

/** Where callers need not prove who they are, nobody else's machine may reach the gateway. */
function openDoors({ host, viewer }: z.infer<typeof configSchema>, hasIdentity: boolean): readonly ConfigProblem[] {
  if (hasIdentity) {
    return viewer === undefined
      ? []
      : [{ path: 'viewer', message: 'callers say who they are: leave it out, or leave identity out' }]
  }
  if (LOOPBACK.has(host)) return []
  const message = 'everybody who reaches this address would read everything: add identity, or leave host out'
  return [{ path: 'host', message }]
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1'])

interface ReadAccount {
  readonly account: AccountConfig | null
  readonly problems: readonly ConfigProblem[]
}

/** The provider's own settings, which stand beside the common ones; those are checked with the whole document. */
function readAccount(raw: unknown, index: number, readSecret: ReadSecret): ReadAccount {
  const common = accountSchema.safeParse(raw)
  const { key, provider, displayName, webhookToken, credentials, markRead, ...own } = isGroup(raw) ? raw : {}
  const vendor = typeof provider === 'string' ? findVendor(provider) : null
  if (vendor === null) return { account: null, problems: [] }
  const path = ['accounts', index]
  const resolved = resolveSecrets(vendor.settings, own, path, readSecret)
  const settings = check(vendor.settings, resolved.settings, { path, siblings: Object.keys(accountSchema.shape) })
  const token = readWebhookToken(webhookToken, path, readSecret)
  const people = readCredentials(credentials, path, readSecret)
  const problems = [...resolved.problems, ...settings.problems, ...token.problems, ...people.problems]
  if (!common.success || token.value === null || people.value === null || problems.length > 0)
    return { account: null, problems }
  const name = common.data.displayName ?? common.data.key
  const tokens = people.value.credentials
  return {
    account: {
      key: common.data.key,
      displayName: name,
      vendor: vendor.name,
      ...token.value,
      readVisibility: common.data.markRead ?? null,
      retriesWebhooks: vendor.retriesWebhooks,
      callsPerMinute: vendor.callsPerMinute,
      isIdentity: vendor.isIdentity,
      credentialOf: (person) => tokens.get(person)?.reveal() ?? null,
      createProvider: () => vendor.create(common.data.key, resolved.settings),
    },
    problems,
  }
}

function repeatedKeys(accounts: readonly unknown[]): readonly ConfigProblem[] {
  const keys = accounts.map((account) => (isGroup(account) ? account.key : undefined))
  return keys.flatMap((key, index) => {
    const first = keys.indexOf(key)
    if (typeof key !== 'string' || first === index) return []
    return [{ path: pathOf(['accounts', index, 'key']), message: `accounts[${first}] already has this key` }]
  })
}

function rawAccounts(document: unknown): readonly unknown[] {
  const accounts = isGroup(document) ? document.accounts : null
  return Array.isArray(accounts) ? accounts : []
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    const reason = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`
    throw new ConfigError(file, [{ path: '', message: reason }])
  }
}
