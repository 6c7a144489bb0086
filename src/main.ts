#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from '../schema/index.ts'
import { UsageError } from './command-line/arguments.ts'
import { type Command, parseCommandLine, USAGE } from './command-line.ts'
import { ConfigError } from './config/problems.ts'
import { type Config, loadConfig } from './config.ts'
import { LogUnavailable } from './events/log.ts'
import { createGateway } from './gateway.ts'
import { KeyRefused, type StoredKey } from './identity/key-ring.ts'
import { AccessRefused, createApiKeyFor, listApiKeys, revokeApiKey, revokeTokens } from './manage-access.ts'
import { createLogger } from './ops/logger.ts'
import { type Replayed, replay, UnknownAccount } from './replay.ts'
import { StoreUnavailable } from './store.ts'
import { TailRefused, tail } from './tail.ts'

/** As in sysexits.h. */
const EXIT_USAGE = 64
const EXIT_CONFIG = 78
/** Errors that say all there is to say. */
const EXPECTED = [AccessRefused, KeyRefused, StoreUnavailable, LogUnavailable, UnknownAccount, TailRefused]

try {
  await run(parseCommandLine(process.argv.slice(2), process.env))
} catch (error) {
  process.exitCode = explain(error)
}

async function run(command: Command): Promise<void> {
  switch (command.verb) {
    case 'help':
      return print(USAGE)
    case 'version':
      return print(`${version()}\n`)
    case 'print-schema':
      return print(`${printSchema(lexicographicSortSchema(schema))}\n`)
    case 'check-config':
      return print(describeConfig(command.config, loadConfig(command.config, process.env)))
    case 'tail':
      return followStream(command)
    case 'replay':
      return print(describeReplay(await replay(loadConfig(command.config, process.env), command.account)))
    case 'api-key create':
      return createKey(command)
    case 'api-key list':
      return print(describeKeys(await listApiKeys(loadConfig(command.config, process.env))))
    case 'api-key revoke':
      return revokeApiKey(loadConfig(command.config, process.env), command.id)
    case 'revoke':
      return revokeTokens(loadConfig(command.config, process.env), command.which)
    case 'emulate':
      return emulate(command)
    case 'serve':
      return command.config === null ? serveDemo() : serve(loadConfig(command.config, process.env))
  }
}

async function serve(config: Config): Promise<void> {
  const gateway = await createGateway(config, createLogger('info'))
  endOnSignal(() => gateway.close())
  print(`ready ${gateway.url}/graphql\n`)
}

/** Only here are the emulators loaded: a gateway with a configuration has no use for them. */
async function serveDemo(): Promise<void> {
  const { startDemo } = await import('./demo.ts')
  const demo = await startDemo(process.env)
  const gateway = await createGateway(demo.config, createLogger('warn'))
  endOnSignal(async () => {
    await gateway.close()
    await demo.close()
  })
  await demo.begin(gateway.url)
  print(`${demo.description}ready ${gateway.url}/graphql\n`)
}

async function followStream({ url, token }: Extract<Command, { verb: 'tail' }>): Promise<void> {
  const ending = new AbortController()
  const end = () => ending.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  await tail({
    url,
    token,
    signal: ending.signal,
    print: (line) => print(`${line}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
  })
}

async function createKey({ config, name, claims, days }: Extract<Command, { verb: 'api-key create' }>): Promise<void> {
  const expiresAt = days === null ? null : new Date(Date.now() + days * DAY_MS)
  const { key, id } = await createApiKeyFor(loadConfig(config, process.env), { name, claims, expiresAt })
  print(`${key}\n`)
  process.stderr.write(`Key ${id}. It is shown this once: keep it where secrets are kept.\n`)
}

const DAY_MS = 24 * 60 * 60 * 1000

async function emulate({ vendor, port, seed }: Extract<Command, { verb: 'emulate' }>): Promise<void> {
  const { findEmulator } = await import('./demo.ts')
  const start = findEmulator(vendor)
  if (start === null) throw new UsageError(`there is no emulator of "${vendor}"`)
  const emulator = await start({ port, now: new Date(), ...(seed === null ? {} : { seed }) })
  endOnSignal(() => emulator.close())
  print(`settings ${JSON.stringify(emulator.settings)}\nready ${emulator.url}\n`)
}

/** The first signal lets running requests end; a second one ends at once. Whatever nobody foresaw ends with exit code 1. */
function endOnSignal(close: () => Promise<void>): void {
  let isEnding = false
  const end = () => {
    if (isEnding) process.exit(1)
    isEnding = true
    close().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
}

function fail(error: unknown): never {
  createLogger('error').fatal({ err: error }, 'ended by an unforeseen error')
  process.exit(1)
}

/** Says what went wrong and gives the exit code. */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`conversation-gateway: ${error.message}\n\n${USAGE}`)
    return EXIT_USAGE
  }
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    return EXIT_CONFIG
  }
  const message = isExpected(error) ? error.message : describePortProblem(error)
  if (message === null) return fail(error)
  process.stderr.write(`${message}\n`)
  return 1
}

function isExpected(error: unknown): error is Error {
  return EXPECTED.some((type) => error instanceof type)
}

function describePortProblem(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('port' in error)) return null
  const reason = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be opened (${error.code})`
  return `Port ${error.port} ${reason}. Choose another: set PORT, or port: in the configuration.`
}

function describeConfig(file: string, config: Config): string {
  const accounts = config.accounts.map(({ key, vendor, displayName }) => `  ${key}: ${vendor}, "${displayName}"\n`)
  return `${file} is valid. Accounts:\n${accounts.join('')}`
}

function describeReplay(letters: readonly Replayed[]): string {
  const lines = letters.map(({ at, reason }) => `  ${at.toISOString()}  ${reason}\n`)
  const count = letters.length === 1 ? '1 delivery is' : `${letters.length} deliveries are`
  return `${lines.join('')}${count} tried again\n`
}

function describeKeys(keys: readonly StoredKey[]): string {
  const rows = keys.map(({ id, name, claims, createdAt, expiresAt }) => {
    const accounts = claims.accounts === 'all' ? 'all accounts' : Object.keys(claims.accounts).join(',')
    const until = expiresAt === null ? 'until revoked' : `until ${expiresAt.toISOString()}`
    return `${id}  ${name}  ${claims.kind}  ${accounts}  since ${createdAt.toISOString()} ${until}\n`
  })
  return rows.join('')
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL(packagePath(), import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
}

/** Built files lie one folder deeper. */
function packagePath(): string {
  return import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json'
}

function print(text: string): void {
  process.stdout.write(text)
}
