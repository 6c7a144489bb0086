import { onTestFinished } from 'vitest'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { Emulator, EmulatorState, RecordedRequest } from '../../providers/kit/emulator/index.ts'
import { clearSecrets } from '../../src/config/secrets.ts'
import { readConfig } from '../../src/config.ts'
import { createGateway } from '../../src/gateway.ts'
import { createLogger } from '../../src/ops/logger.ts'

export const VENDORS = ['cometchat', 'chatwoot', 'bird'] as const
export type VendorName = (typeof VENDORS)[number]

const START = { cometchat: startCometChatEmulator, chatwoot: startChatwootEmulator, bird: startBirdEmulator }

/** A GraphQL answer, not typed further: the tests say what they expect of it. */
export interface Answer {
  readonly data: any
  readonly errors?: any[]
}

/** The whole gateway in production composition, over the emulators of all three vendors, on free ports. */
export interface World {
  /** Of the GraphQL endpoint. */
  readonly url: string
  readonly emulators: Readonly<Record<VendorName, Emulator>>
  /** Runs a document and gives the whole answer. `token`: shown to prove who asks. */
  ask(query: string, variables?: object, token?: string): Promise<Answer>
  control(vendor: VendorName, act: string, body: object): Promise<any>
  state(vendor: VendorName): Promise<EmulatorState>
  /** Where a vendor's webhooks are taken in. */
  webhookUrl(vendor: VendorName): string
  /** How many requests each vendor gets while `act` runs, and which. */
  count(act: () => Promise<unknown>): Promise<Record<VendorName, string[]>>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly seed?: number
  readonly store?: string
  /** Beside a store in Redis. */
  readonly localStore?: string
  readonly now?: Date
  /** Whether the vendors tell the gateway what happens. Without it nothing is asked of them but what the test asks. */
  readonly events?: boolean
  /** How callers prove who they are, as the configuration says it. */
  readonly identity?: object
  /** Other settings of the gateway, as the configuration says them. */
  readonly settings?: object
  /** More that is configured of an account. */
  readonly accounts?: Partial<Record<VendorName, object>>
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const started = await Promise.all(
    VENDORS.map(async (name) => {
      const { seed, now } = options
      return [name, await START[name]({ port: 0, ...(seed && { seed }), ...(now && { now }) })] as const
    }),
  )
  const emulators = Object.fromEntries(started) as Record<VendorName, Emulator>
  const document = {
    port: 0,
    store: options.store ?? ':memory:',
    ...(options.localStore && { localStore: options.localStore }),
    ...(options.identity && { identity: options.identity }),
    ...options.settings,
    accounts: VENDORS.map((name) => ({
      key: name,
      provider: name,
      ...(options.events ? { ...emulators[name].settings, webhookToken: TOKEN } : withoutInlet(emulators[name])),
      ...options.accounts?.[name],
    })),
  }
  const config = readConfig(document, { environment: {}, readSecret: clearSecrets, source: 'the test' })
  const gateway = await createGateway(config, createLogger('fatal'))
  const url = `${gateway.url}/graphql`
  const control = (vendor: VendorName, act: string, body: object) =>
    postJson(`${emulators[vendor].url}/__control/${act}`, body)
  const webhookUrl = (vendor: VendorName) => `${gateway.url}/webhooks/${vendor}/${TOKEN}`
  if (options.events)
    await Promise.all(VENDORS.map((vendor) => control(vendor, 'deliver-webhooks-to', { url: webhookUrl(vendor) })))
  const requestsSince = async (vendor: VendorName, since: number) =>
    (await (await fetch(`${emulators[vendor].url}/__control/requests?since=${since}`)).json()) as {
      next: number
      requests: RecordedRequest[]
    }
  return {
    url,
    emulators,
    control,
    webhookUrl,
    ask: (query, variables, token) =>
      postJson(url, { query, variables }, token === undefined ? {} : { authorization: `Bearer ${token}` }),
    state: async (vendor) => (await fetch(`${emulators[vendor].url}/__control/state`)).json() as Promise<EmulatorState>,
    count: async (act) => {
      const before = await Promise.all(VENDORS.map((vendor) => requestsSince(vendor, 0)))
      await act()
      const after = await Promise.all(VENDORS.map((vendor, index) => requestsSince(vendor, before[index]!.next)))
      const lines = after.map(({ requests }) => requests.map(({ method, path }) => `${method} ${path}`))
      return Object.fromEntries(VENDORS.map((vendor, index) => [vendor, lines[index]!])) as Record<VendorName, string[]>
    },
    close: async () => {
      await gateway.close()
      await Promise.all(VENDORS.map((name) => emulators[name].close()))
    },
  }
}

const TOKEN = 'a-token-of-the-test-world'

/** The settings as of an account that takes in no events. */
function withoutInlet({ settings }: Emulator): object {
  const { webhook: _webhook, webhookSecrets: _secrets, ...rest } = settings
  return 'webhookSecrets' in settings ? { ...rest, socket: false } : rest
}

/** A world that ends with the test. */
export async function startTestWorld(options?: WorldOptions): Promise<World> {
  const world = await startWorld(options)
  onTestFinished(() => world.close())
  return world
}

async function postJson(url: string, body: object, headers: object = {}): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return response.json()
}
