import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { stringify } from 'yaml'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import { startWatched, type WatchedProcess } from './watched-process.ts'

/** A gateway in production composition, to be treated badly. */
export interface Target {
  readonly name: string
  readonly process: WatchedProcess
  /** Who asks; null: nobody has to prove it. */
  readonly token: string | null
  /** Ids of things that are there. */
  readonly ids: readonly string[]
}

export interface Targets {
  /** One where nobody signs in and callers may look around, one where they must and may not. */
  readonly gateways: readonly Target[]
  /** What the machine does to a program that does nothing. */
  readonly idle: WatchedProcess
  close(): Promise<void>
}

export async function startTargets(): Promise<Targets> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  const emulators = await Promise.all(
    [startCometChatEmulator, startChatwootEmulator, startBirdEmulator].map((start) => start({ port: 0 })),
  )
  const accounts = emulators.map((emulator, index) => accountOf(VENDORS[index] ?? '', emulator))
  const { identity, token } = await makeIdentity(folder)
  const start = (name: string, settings: object) => startGateway(join(folder, name), { accounts, ...settings })
  const running = [
    await start('open', { viewer: { displayName: 'Fuzz', kind: 'agent' } }),
    await start('closed', { identity, explorer: false }),
  ]
  const idle = await startWatched(['test/fuzz/echo.ts'])
  const gateways = await Promise.all(
    running.map(async (process, index) => {
      const shown = index === 0 ? null : token
      return { name: index === 0 ? 'open' : 'closed', process, token: shown, ids: await readIds(process.url, shown) }
    }),
  )
  return {
    gateways,
    idle,
    close: async () => {
      await Promise.all([...running, idle, ...emulators].map((one) => one.close()))
      rmSync(folder, { recursive: true })
    },
  }
}

const VENDORS = ['cometchat', 'chatwoot', 'bird']

interface Account {
  readonly settings: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string>>
}

/** As configured, with secrets in variables and without events. */
function accountOf(vendor: string, { settings }: Emulator): Account {
  const { webhook: _webhook, webhookSecrets: _secrets, ...rest } = settings
  const environment: Record<string, string> = {}
  const entries = Object.entries(rest).map(([name, value]) => {
    if (!/(token|key)$/i.test(name)) return [name, value]
    const variable = `FUZZ_${vendor}_${name}`.toUpperCase()
    environment[variable] = String(value)
    return [name, { env: variable }]
  })
  const socket = vendor === 'chatwoot' ? { socket: false } : {}
  return { settings: { key: vendor, provider: vendor, ...Object.fromEntries(entries), ...socket }, environment }
}

async function makeIdentity(folder: string): Promise<{ readonly identity: object; readonly token: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const file = join(folder, 'issuer.pem')
  writeFileSync(file, await exportSPKI(publicKey))
  const tokens = { issuer: 'fuzz', audience: 'gateway', algorithms: ['ES256'], publicKeys: [{ file }] }
  const token = await new SignJWT({ conversations: { kind: 'agent', accounts: 'all' } })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer('fuzz')
    .setAudience('gateway')
    .setSubject('fuzz')
    .setIssuedAt()
    .setExpirationTime('12h')
    .sign(privateKey)
  return { identity: { tokens, apiKeys: true }, token }
}

function startGateway(
  file: string,
  { accounts, ...settings }: { readonly accounts: readonly Account[] } & object,
): Promise<WatchedProcess> {
  const path = `${file}.yaml`
  writeFileSync(
    path,
    stringify({ port: 0, store: `${file}.sqlite`, ...settings, accounts: accounts.map((one) => one.settings) }),
  )
  const environment = Object.assign({}, ...accounts.map((one) => one.environment))
  return startWatched(['src/main.ts', '--config', path], environment)
}

const WHAT_IS_THERE = `{ conversations(first: 9) { nodes {
  id account { id } participants(first: 2) { nodes { id person { id } } } messages(last: 2) { nodes { id } }
} } }`

async function readIds(url: string, token: string | null): Promise<readonly string[]> {
  const headers = { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: WHAT_IS_THERE }) })
  const text = await answer.text()
  const ids = [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id)
  if (ids.length === 0) throw new Error(`${url} shows nothing: ${text}`)
  return [...new Set(ids)]
}
