import { type BirdEmulatorOptions, startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { bird } from '../../providers/bird/index.ts'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import type { Actor, CallContext, Page, PageRequest, Provider, Row } from '../../providers/port/index.ts'

/** A running Bird, the adapter that reads it over HTTP, and what tests want to know of both. */
export interface BirdWorkspace {
  readonly provider: Provider
  readonly settings: Readonly<Record<string, unknown>>
  /** The requests that Bird got since this was asked the last time, without the workspace's part of the path. */
  requests(): Promise<readonly string[]>
  state(): Promise<EmulatorState>
  act(what: 'say' | 'receive' | 'read' | 'misbehave', body: object): Promise<unknown>
  close(): Promise<void>
}

export async function startBirdWorkspace(options: Partial<BirdEmulatorOptions> = {}): Promise<BirdWorkspace> {
  const emulator = await startBirdEmulator({ port: 0, ...options })
  const provider = bird.create('shop', bird.settings.parse(emulator.settings))
  const control = (path: string) => `${emulator.url}/__control/${path}`
  let seen = 0
  return {
    provider,
    settings: emulator.settings,
    requests: async () => {
      const answer = (await (await fetch(control(`requests?since=${seen}`))).json()) as RequestsAnswer
      seen = answer.next
      return answer.requests.map(({ method, path }) => `${method} ${path.replace(/^\/workspaces\/[^/]+/, '')}`)
    },
    state: async () => (await (await fetch(control('state'))).json()) as EmulatorState,
    act: async (what, body) => (await fetch(control(what), { method: 'POST', body: JSON.stringify(body) })).json(),
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

export function callAs(actor: Actor = { kind: 'service' }, calls = 1_000): CallContext {
  return {
    actor,
    deadline: Date.now() + 8_000,
    signal: new AbortController().signal,
    budget: createCallBudget(calls),
  }
}

/** Walks a list to its end, going on behind the last row that was used of each page. */
export async function walkAll<T>(
  ask: (page: PageRequest) => Promise<Page<T>>,
  { limit, use = limit }: { readonly limit: number; readonly use?: number },
): Promise<readonly Row<T>[]> {
  const rows: Row<T>[] = []
  let after: string | null = null
  for (let pages = 0; pages < 1_000; pages += 1) {
    const page: Page<T> = await ask({ limit, after })
    const used = page.rows.slice(0, use)
    rows.push(...used)
    if (page.hasMore === false && used.length === page.rows.length) return rows
    after = used.at(-1)?.cursor ?? page.frontier?.cursor ?? null
    if (after === null) return rows
  }
  throw new Error('the walk does not end')
}
