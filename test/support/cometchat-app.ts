import {
  API_KEY,
  type CometChatEmulatorOptions,
  type CometChatState,
  startCometChatEmulator,
} from '../../providers/cometchat/emulator/index.ts'
import { cometChat } from '../../providers/cometchat/index.ts'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { Actor, CallContext, Page, PageRequest, Provider, Row } from '../../providers/port/index.ts'

/** A running CometChat, the adapter that reads it over HTTP, and what tests want to know of both. */
export interface CometChatApp {
  readonly provider: Provider
  /** The requests that CometChat got since this was asked the last time. */
  requests(): Promise<readonly string[]>
  state(): Promise<CometChatState>
  act(what: 'say' | 'receive' | 'read' | 'misbehave' | 'deliver-webhooks-to', body: object): Promise<unknown>
  /** What is in `data` when a user asks CometChat itself. */
  ask(uid: string, path: string): Promise<unknown>
  close(): Promise<void>
}

export async function startCometChatApp(
  options: Partial<CometChatEmulatorOptions> = {},
  settings: object = {},
): Promise<CometChatApp> {
  const emulator = await startCometChatEmulator({ port: 0, ...options })
  const provider = cometChat.create('shop', cometChat.settings.parse({ ...emulator.settings, ...settings }))
  const control = (path: string) => `${emulator.url}/__control/${path}`
  let seen = 0
  return {
    provider,
    requests: async () => {
      const answer = (await (await fetch(control(`requests?since=${seen}`))).json()) as RequestsAnswer
      seen = answer.next
      return answer.requests.map(({ method, path }) => `${method} ${path.replace(/^\/v3/, '')}`)
    },
    state: async () => (await (await fetch(control('state'))).json()) as CometChatState,
    act: async (what, body) => (await fetch(control(what), { method: 'POST', body: JSON.stringify(body) })).json(),
    ask: async (uid, path) => {
      const answer = await fetch(`${emulator.url}/v3${path}`, { headers: { apikey: API_KEY, onBehalfOf: uid } })
      return ((await answer.json()) as { readonly data: unknown }).data
    },
    close: async () => {
      await provider.close()
      await emulator.close()
    },
  }
}

interface RequestsAnswer {
  readonly next: number
  readonly requests: readonly { readonly method: string; readonly path: string }[]
}

/** Somebody's call; null: the agent who is nobody in this account. */
export function callOf(uid: string | null = null, calls = 1_000): CallContext {
  const person = uid === null ? null : ({ kind: 'person', account: 'shop', native: uid } as const)
  return callBy({ kind: 'agent', person, credential: null }, calls)
}

export function callBy(actor: Actor, calls = 1_000): CallContext {
  return {
    actor,
    deadline: Date.now() + 8_000,
    signal: new AbortController().signal,
    budget: createCallBudget(calls),
  }
}

/** Walks a list to its end, going on behind the last row that was used of each page. */
export async function walkToTheEnd<T>(
  ask: (page: PageRequest) => Promise<Page<T>>,
  { limit, use = limit }: { readonly limit: number; readonly use?: number },
): Promise<readonly Row<T>[]> {
  const rows: Row<T>[] = []
  let after: string | null = null
  for (let pages = 0; pages < 1_000; pages += 1) {
    const page: Page<T> = await ask({ limit, after })
    const used = page.rows.slice(0, use)
    rows.push(...used)
    if (used.length === page.rows.length && page.hasMore === false) return rows
    if (used.length === page.rows.length && page.frontier !== null) after = page.frontier.cursor
    else after = used.at(-1)?.cursor ?? after
  }
  throw new Error('the list has no end')
}
