import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { Emulator, EmulatorState } from '../../providers/kit/emulator/index.ts'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts'
import { startRedis } from './redis.ts'

export type SendVendor = keyof typeof START

/** Two instances on one Redis, and what is between them and their provider. */
export interface SendWorld<Line> {
  readonly emulator: Emulator
  readonly line: Line
  readonly gateways: readonly GatewayProcess[]
}

interface AnyLine {
  readonly url: string
  close(): Promise<void>
}

/** Ends with the stack. */
export async function startSendWorld<Line extends AnyLine>(
  vendor: SendVendor,
  ending: AsyncDisposableStack,
  openLine: (url: string) => Promise<Line>,
): Promise<SendWorld<Line>> {
  const emulator = await START[vendor]()
  ending.defer(() => emulator.close())
  const line = await openLine(emulator.url)
  ending.defer(() => line.close())
  return { emulator, line, gateways: await startGateways(vendor, emulator, line.url, ending) }
}

/** How often somebody may send is another matter. */
const START = {
  chatwoot: () => startChatwootEmulator({ port: 0 }),
  cometchat: () => startCometChatEmulator({ port: 0, sendsPerMinute: 1_000_000 }),
  bird: () => startBirdEmulator({ port: 0 }),
}
/** The settings of inlets, which are left out. */
const INLETS: ReadonlySet<string> = new Set(['webhook', 'webhookSecrets'])
async function startGateways(
  vendor: string,
  emulator: Emulator,
  lineUrl: string,
  ending: AsyncDisposableStack,
): Promise<readonly GatewayProcess[]> {
  const redis = await startRedis()
  ending.defer(() => redis.close())
  const folder = mkdtempSync(join(tmpdir(), 'sends-'))
  ending.defer(() => rmSync(folder, { recursive: true }))
  const own = Object.entries(emulator.settings).filter(([name]) => !INLETS.has(name))
  const baseUrl = String(emulator.settings.baseUrl).replace(emulator.url, lineUrl)
  const quiet = vendor === 'chatwoot' ? { socket: false } : {}
  const account = { key: 'desk', provider: vendor, ...Object.fromEntries(own), ...quiet, baseUrl }
  const starting = ['one', 'two'].map((name) =>
    startGatewayProcess({ redis: redis.url, file: join(folder, `${name}.sqlite`), account, viewer: 'agent' }),
  )
  const gateways = await Promise.all(starting)
  for (const gateway of gateways) ending.defer(() => gateway.close())
  return gateways
}

const SEND = /* GraphQL */ `
  mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) {
      __typename
      ... on SendMessageSuccess { replayed messageEdge { node { text } } }
      ... on Problem { code detail }
      ... on OutcomeUnknownError { checkAfterMs }
    }
  }
`

export interface Told {
  readonly __typename: string
  readonly replayed?: boolean
  readonly code?: string
  readonly detail?: string
  readonly checkAfterMs?: number | null
}

export async function ask(
  { url }: GatewayProcess,
  query: string,
  variables: object,
  signal?: AbortSignal,
): Promise<any> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  })
  return answer.json()
}

/** Rejects where the gateway hangs up. */
export async function send(gateway: GatewayProcess, input: object, signal?: AbortSignal): Promise<Told> {
  const { data, errors } = await ask(gateway, SEND, { input }, signal)
  if (!data?.sendMessage) throw new Error(`the gateway answered ${JSON.stringify(errors)}`)
  return data.sendMessage
}

/** Where something can be said now. */
export async function findOpenConversations(gateway: GatewayProcess): Promise<readonly string[]> {
  const { data } = await ask(gateway, '{ conversations(first: 40) { nodes { id } } }', {})
  const ids: string[] = data.conversations.nodes.map(({ id }: { id: string }) => id)
  const tries = ids.map(async (conversationId, index) => {
    const clientMessageId = `try-${index}`
    return (await send(gateway, { conversationId, clientMessageId, text: 'hello' })).__typename
  })
  const answers = await Promise.all(tries)
  const open = ids.filter((_id, index) => answers[index] === 'SendMessageSuccess').slice(0, 12)
  if (open.length === 0) throw new Error(`nothing can be said anywhere: ${answers}`)
  return open
}

export async function stateOf({ url }: Emulator): Promise<EmulatorState> {
  return (await fetch(`${url}/__control/state`)).json() as Promise<EmulatorState>
}
