import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { Emulator, RecordedRequest } from '../../providers/kit/emulator/index.ts'
import { OPERATION_KINDS } from '../../schema/context.ts'
import { clearSecrets } from '../../src/config/secrets.ts'
import { readConfig } from '../../src/config.ts'
import { createGateway, type Gateway } from '../../src/gateway.ts'
import type { Claims } from '../../src/identity/claims.ts'
import { createApiKeyFor } from '../../src/manage-access.ts'
import { createLogger } from '../../src/ops/logger.ts'
import { AUDIENCE, CLAIM, ISSUER, type Issuer, startIssuer } from '../identity/issuer.ts'
import { VENDORS, type VendorName } from '../support/world.ts'
import { birdStory } from './bird-story.ts'
import { Canaries } from './canaries.ts'
import { chatwootStory } from './chatwoot-story.ts'
import { cometChatStory } from './cometchat-story.ts'
import type { Story, Truth } from './truth.ts'

export const TENANTS = ['north', 'east', 'south'] as const
export type Tenant = (typeof TENANTS)[number]

/** One account of one tenant, and what is true in it. */
export interface TenantAccount {
  readonly key: string
  readonly tenant: Tenant
  readonly vendor: VendorName
  readonly emulator: Emulator
  /** Two people who do not work for the tenant, by their native names. */
  readonly customers: readonly [string, string]
  truth(): Truth
  control(act: string, body: object): Promise<any>
  /** What the vendor was asked since then. */
  requests(since: number): Promise<{ readonly next: number; readonly requests: readonly RecordedRequest[] }>
}

/** Somebody who may come in, and as whom. */
export interface MatrixViewer {
  readonly name: string
  readonly kind: 'end-user' | 'agent' | 'service' | 'admin'
  readonly authorization: string
  /** Who they are, by the key of the account; null: the account itself, or whoever owns its credential. */
  readonly grants: ReadonlyMap<string, string | null>
  readonly operations: ReadonlySet<string>
}

/** Three tenants with an account at each vendor behind one gateway, and everybody who may come in. */
export interface TenantWorld {
  readonly url: string
  readonly accounts: readonly TenantAccount[]
  readonly viewers: readonly MatrixViewer[]
  readonly canaries: Canaries
  close(): Promise<void>
}

/** `level`: of the log. */
export async function startTenants(level: Parameters<typeof createLogger>[0] = 'fatal'): Promise<TenantWorld> {
  const canaries = new Canaries()
  const places = TENANTS.flatMap((tenant, index) => VENDORS.map((vendor) => ({ tenant, vendor, seed: 11 + index })))
  const accounts = await Promise.all(places.map((place) => startAccount(place, canaries)))
  const issuer = await startIssuer()
  const folder = await mkdtemp(join(tmpdir(), 'authorisation-'))
  const config = readConfig(documentOf(accounts, issuer, folder), {
    environment: {},
    readSecret: clearSecrets,
    source: 'the test',
  })
  const keys = await keyViewers(accounts, (name, claims) => {
    return createApiKeyFor(config, { name, claims, expiresAt: null }).then(({ key }) => key)
  })
  const gateway = await createGateway(config, createLogger(level))
  await Promise.all(
    accounts.map(({ key, control }) => control('deliver-webhooks-to', { url: webhookUrl(gateway, key) })),
  )
  return {
    url: `${gateway.url}/graphql`,
    accounts,
    viewers: [...(await tokenViewers(accounts, issuer)), ...keys],
    canaries,
    close: async () => {
      await gateway.close()
      await Promise.all([...accounts.map(({ emulator }) => emulator.close()), issuer.goAway()])
      await rm(folder, { recursive: true })
    },
  }
}

interface Place {
  readonly tenant: Tenant
  readonly vendor: VendorName
  readonly seed: number
}

async function startAccount({ tenant, vendor, seed }: Place, canaries: Canaries): Promise<TenantAccount> {
  const key = `${tenant}-${vendor}`
  const { emulator, truth, customers } = await START[vendor](seed, canaries, key)
  const control = async (act: string, body: object) => {
    const answer = await fetch(`${emulator.url}/__control/${act}`, {
      ...ONCE,
      method: 'POST',
      body: JSON.stringify(body),
    })
    return answer.json()
  }
  const requests = async (since: number) =>
    (await fetch(`${emulator.url}/__control/requests?since=${since}`, ONCE)).json() as any
  return { key, tenant, vendor, emulator, customers, truth, control, requests }
}

/** The emulators end idle connections after five seconds, perhaps at the moment when one is used again. */
const ONCE = { headers: { connection: 'close' } }

interface Started {
  readonly emulator: Emulator
  readonly customers: readonly [string, string]
  truth(): Truth
}

const START: Record<VendorName, (seed: number, canaries: Canaries, key: string) => Promise<Started>> = {
  chatwoot: (seed, canaries, key) =>
    startWith(chatwootStory(canaries.markerFor(key)), (prepare) => startChatwootEmulator({ port: 0, seed, prepare })),
  bird: (seed, canaries, key) =>
    startWith(birdStory(canaries.markerFor(key)), (prepare) => startBirdEmulator({ port: 0, seed, prepare })),
  cometchat: (seed, canaries, key) =>
    startWith(cometChatStory(canaries.markerFor(key)), (prepare) =>
      startCometChatEmulator({ port: 0, seed, sendsPerMinute: 1_000_000, prepare }),
    ),
}

async function startWith<State>(
  story: Story<State>,
  start: (prepare: (state: State) => void) => Promise<Emulator>,
): Promise<Started> {
  const states: State[] = []
  const emulator = await start((prepared) => {
    states.push(prepared)
    story.prepare(prepared)
  })
  const [state] = states
  if (state === undefined) throw new Error('the emulator was not prepared')
  return { emulator, customers: story.customers(state), truth: () => story.read(state) }
}

const WEBHOOK_TOKEN = 'a-token-of-the-test-world'

function webhookUrl({ url }: Gateway, key: string): string {
  return `${url}/webhooks/${key}/${WEBHOOK_TOKEN}`
}

function documentOf(accounts: readonly TenantAccount[], issuer: Issuer, folder: string): object {
  return {
    port: 0,
    store: join(folder, 'gateway.db'),
    identity: {
      tokens: { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], jwksUrl: String(issuer.url), claim: CLAIM },
      apiKeys: true,
    },
    accounts: accounts.map(({ key, vendor, emulator }) => ({
      key,
      provider: vendor,
      displayName: `Account ${key}`,
      webhookToken: WEBHOOK_TOKEN,
      ...emulator.settings,
    })),
  }
}

/** Two customers, an agent, a service and an admin for each account, the same for each tenant, and one with no account at all. */
async function tokenViewers(accounts: readonly TenantAccount[], issuer: Issuer): Promise<readonly MatrixViewer[]> {
  const scopes = [
    ...accounts.map((account) => ({ name: account.key, of: [account] })),
    ...TENANTS.map((tenant) => ({ name: tenant, of: accounts.filter((account) => account.tenant === tenant) })),
  ]
  const wanted = scopes.flatMap(({ name, of }) => [
    ...([0, 1] as const).map((index) => customerOf(`${name} customer ${'AB'[index]}`, of, index)),
    ...(['agent', 'service', 'admin'] as const).map((kind) => colleagueOf(`${name} ${kind}`, of, kind)),
  ])
  const nobody: Wanted = { name: 'nobody', claims: { kind: 'agent', accounts: {} } }
  return Promise.all(
    [...wanted, nobody].map(async (one) => {
      const exp = Math.floor(Date.now() / 1_000) + 6 * 3_600
      const token = await issuer.sign({ sub: one.name, name: one.name, exp, [CLAIM]: one.claims })
      return viewerOf(one, token)
    }),
  )
}

interface Wanted {
  readonly name: string
  readonly claims: Claims
}

function customerOf(name: string, of: readonly TenantAccount[], index: 0 | 1): Wanted {
  const accounts = Object.fromEntries(of.map(({ key, customers }) => [key, customers[index]]))
  return { name, claims: { kind: 'end-user', accounts } }
}

function colleagueOf(name: string, of: readonly TenantAccount[], kind: 'agent' | 'service' | 'admin'): Wanted {
  return { name, claims: { kind, accounts: Object.fromEntries(of.map(({ key }) => [key, true as const])) } }
}

/** For each tenant a key for reading, one for acting and one for listening alone. */
async function keyViewers(
  accounts: readonly TenantAccount[],
  create: (name: string, claims: Claims) => Promise<string>,
): Promise<readonly MatrixViewer[]> {
  const viewers: MatrixViewer[] = []
  for (const tenant of TENANTS) {
    for (const operation of OPERATION_KINDS) {
      const of = accounts.filter((account) => account.tenant === tenant)
      const { name, claims } = colleagueOf(`${tenant} key for a ${operation}`, of, 'service')
      const less = { ...claims, operations: [operation] }
      viewers.push(viewerOf({ name, claims: less }, await create(name, less)))
    }
  }
  return viewers
}

function viewerOf({ name, claims }: Wanted, shown: string): MatrixViewer {
  const grants = Object.entries(claims.accounts).map(([key, who]) => [key, who === true ? null : who] as const)
  return {
    name,
    kind: claims.kind,
    authorization: `Bearer ${shown}`,
    grants: new Map(grants),
    operations: new Set(claims.operations ?? OPERATION_KINDS),
  }
}
