import { randomBytes } from 'node:crypto'
import { startBirdEmulator } from '../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../providers/cometchat/emulator/index.ts'
import type { Emulator, EmulatorOptions } from '../providers/kit/emulator/index.ts'
import { clearSecrets } from './config/secrets.ts'
import { type Config, defaultPort, readConfig } from './config.ts'

/** The three emulators, running, and a configuration of the gateway that uses them like any other providers. */
export interface Demo {
  readonly config: Config
  /** What runs where; ends with a line break. */
  readonly description: string
  /**
   * Once the gateway listens at that address (without a slash at its end): the providers send it their webhooks from now on,
   * and the people in them talk, unless `DEMO_CHATTER` is `off`.
   */
  begin(gatewayUrl: string): Promise<void>
  close(): Promise<void>
}

/** The emulators take the three ports behind the gateway's. */
export async function startDemo(environment: NodeJS.ProcessEnv): Promise<Demo> {
  const port = defaultPort(environment)
  const now = new Date()
  const running: Running[] = []
  const close = async () => void (await Promise.all(running.map(({ emulator }) => emulator.close())))
  try {
    for (const [index, { name, title, start }] of EMULATORS.entries()) {
      const emulator = await start({ port: port === 0 ? 0 : port + 1 + index, now })
      running.push({ name, title, emulator, webhookToken: randomBytes(24).toString('base64url') })
    }
    const on = environment.DEMO_CHATTER !== 'off'
    return {
      begin: async (gatewayUrl) => void (await Promise.all(running.map((one) => begin(one, gatewayUrl, on)))),
      config: readConfig(demoDocument(port, running), { ...DEMO, environment }),
      description: describe(running),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** How the emulator of a vendor is started; null for a vendor without one. */
export function findEmulator(vendor: string): StartEmulator | null {
  return EMULATORS.find(({ name }) => name === vendor)?.start ?? null
}

type StartEmulator = (options: EmulatorOptions) => Promise<Emulator>

interface Running {
  readonly name: string
  readonly title: string
  readonly emulator: Emulator
  readonly webhookToken: string
}

const EMULATORS: readonly { readonly name: string; readonly title: string; readonly start: StartEmulator }[] = [
  { name: 'cometchat', title: 'CometChat', start: startCometChatEmulator },
  { name: 'chatwoot', title: 'Chatwoot', start: startChatwootEmulator },
  { name: 'bird', title: 'Bird', start: startBirdEmulator },
]

const VIEWER = { displayName: 'Nora Admin', kind: 'agent' }
const INTRODUCTION = `No configuration: this is the demo, with invented people.
Nobody signs in here: whoever calls from this machine is ${VIEWER.displayName}.
`

const DEMO = { source: 'The demo', readSecret: clearSecrets }

function demoDocument(port: number, running: readonly Running[]): unknown {
  return {
    port,
    store: ':memory:',
    viewer: VIEWER,
    accounts: running.map(({ name, title, emulator, webhookToken }) => ({
      key: name,
      provider: name,
      displayName: `${title} (demo)`,
      webhookToken,
      ...emulator.settings,
    })),
  }
}

async function begin({ name, emulator, webhookToken }: Running, gatewayUrl: string, chatters: boolean): Promise<void> {
  await control(emulator, 'deliver-webhooks-to', { url: `${gatewayUrl}/webhooks/${name}/${webhookToken}` })
  await control(emulator, 'chatter', { on: chatters })
}

async function control({ url }: Emulator, act: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/__control/${act}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`the emulator at ${url} answered ${answer.status} to ${act}: ${await answer.text()}`)
}

function describe(running: readonly Running[]): string {
  const lines = running.map(({ title, emulator }) => `${title} is emulated at ${emulator.url}\n`)
  return `${INTRODUCTION}${lines.join('')}`
}
