import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { Emulator, EmulatorState, RecordedRequest } from '../../providers/kit/emulator/index.ts'
import type { Misbehaviour } from '../../providers/kit/emulator/misbehaviour.ts'
import type {
  Actor,
  CallContext,
  ChannelType,
  ConversationForViewer,
  Message,
  Page,
  PageRequest,
  Person,
  PersonQuery,
  Provider,
  Row,
} from '../../providers/port/index.ts'
import { type Truth, truthOf } from '../support/vendor-truth.ts'
import type { VendorName } from '../support/world.ts'

/** The key of the account that the contract is tried with. */
export const ACCOUNT = 'shop'

export type TrueConversation = EmulatorState['conversations'][number]
export type TrueMessage = TrueConversation['messages'][number]

/** A running vendor, and how providers over it are made. */
export interface Vendor {
  readonly emulator: Emulator
  create(): Provider
}

/** What the contract has to know of a provider, as data. */
export interface Contract {
  start(): Promise<Vendor>
  /** Who asks; the first one of them where only one does. */
  readonly actors: readonly [Actor, ...Actor[]]
  /** Whether the first actor has this conversation. */
  has(conversation: TrueConversation): boolean
  /** Whose vendor's truth is read. */
  readonly vendor: VendorName
  /** Somebody who can be let into a conversation. */
  readonly newcomer: PersonQuery
  /** Somebody with whom a conversation can be begun, and over which channel where there are several. */
  readonly stranger: PersonQuery
  readonly channelType: ChannelType | null
  /** What must be told to nobody. */
  readonly secrets: readonly string[]
  /** Clauses, by title, that are expected to fail, and why. */
  readonly waivers?: Readonly<Record<string, string>>
}

export interface CallOptions {
  readonly actor?: Actor
  readonly calls?: number
  readonly forMs?: number
  readonly signal?: AbortSignal
}

/** A vendor that runs, a provider over it, and what is true there. */
export interface Desk {
  readonly contract: Contract
  readonly provider: Provider
  /** One more over the same vendor. */
  create(): Provider
  call(options?: CallOptions): CallContext
  state(): Promise<EmulatorState>
  /** The conversations that the first actor has. */
  truth(): Promise<readonly TrueConversation[]>
  /** What the vendor has of a conversation, by its external id; null: nothing, for the first actor. */
  truthOf(conversation: string): Promise<Truth | null>
  /** Whether the vendor's people could do it. */
  act(what: 'say' | 'receive' | 'read', body: object): Promise<boolean>
  misbehave(how: Partial<Misbehaviour>): Promise<void>
  /** How many requests the vendor gets while something is done. */
  requestsDuring(act: () => Promise<unknown>): Promise<number>
  /** As `requestsDuring`, and which. */
  recordDuring(act: () => Promise<unknown>): Promise<readonly RecordedRequest[]>
  /** Where the vendor's webhooks go from now on. */
  deliverWebhooksTo(url: string): Promise<void>
  /** From now on nobody answers where the vendor was. */
  goDown(): Promise<void>
  close(): Promise<void>
}

export async function openDesk(contract: Contract): Promise<Desk> {
  const { emulator, create } = await contract.start()
  const control = `${emulator.url}/__control`
  const post = (what: string, body: object) =>
    fetch(`${control}/${what}`, { method: 'POST', body: JSON.stringify(body) })
  const requests = async () => ((await (await fetch(`${control}/requests`)).json()) as { next: number }).next
  const state = async () => (await (await fetch(`${control}/state`)).json()) as EmulatorState
  const recorded = async (since: number) =>
    ((await (await fetch(`${control}/requests?since=${since}`)).json()) as { requests: RecordedRequest[] }).requests
  const providers: Provider[] = []
  const createOne = () => {
    const provider = create()
    providers.push(provider)
    return provider
  }
  return {
    contract,
    provider: createOne(),
    create: createOne,
    call: ({ actor = contract.actors[0], calls = 1_000, forMs = 8_000, signal } = {}) => ({
      actor,
      deadline: Date.now() + forMs,
      signal: signal ?? new AbortController().signal,
      budget: createCallBudget(calls),
    }),
    state,
    truth: async () => (await state()).conversations.filter((conversation) => contract.has(conversation)),
    truthOf: async (conversation) => truthOf(contract.vendor, await state(), conversation),
    act: async (what, body) => (await post(what, body)).ok,
    misbehave: async (how) => {
      await post('misbehave', how)
    },
    requestsDuring: async (act) => {
      const before = await requests()
      await act()
      return (await requests()) - before
    },
    recordDuring: async (act) => {
      const before = await requests()
      await act()
      return recorded(before)
    },
    deliverWebhooksTo: async (url) => {
      await post('deliver-webhooks-to', { url })
    },
    goDown: () => emulator.close(),
    close: async () => {
      await Promise.all(providers.map((provider) => provider.close()))
      await emulator.close()
    },
  }
}

/** The shared desk of clauses that only read, and what its provider said of everything. */
export interface Facts {
  readonly desk: Desk
  readonly truth: readonly TrueConversation[]
  /** Every conversation, as the list gave them. */
  readonly rows: readonly Row<ConversationForViewer>[]
  /** All messages of every conversation, oldest first, by the conversation's external id. */
  readonly messages: ReadonlyMap<string, readonly Message[]>
}

export async function readFacts(desk: Desk): Promise<Facts> {
  // Asked once, so that every conversation says what kind of channel it has.
  await desk.provider.listChannels(desk.call())
  const list = (page: PageRequest) => desk.provider.listConversations({}, page, desk.call())
  const { rows } = await walk(list, { limit: 100 })
  const messages = new Map<string, readonly Message[]>()
  for (const { item } of rows) {
    const { ref, externalId } = item.conversation
    const { rows: told } = await walk(
      ({ limit, after }) => desk.provider.listMessages(ref, { limit, from: after, direction: 'newer' }, desk.call()),
      { limit: 100 },
    )
    messages.set(
      externalId,
      told.map(({ item: message }) => message),
    )
  }
  return { desk, truth: await desk.truth(), rows, messages }
}

/** Walks to the end, going on behind the last row that was used of each page, or at the frontier. */
export async function walk<P extends Page<unknown>>(
  ask: (page: PageRequest) => Promise<P>,
  { limit, use = Number.POSITIVE_INFINITY }: { readonly limit: number; readonly use?: number },
): Promise<{ readonly rows: P['rows']; readonly pages: readonly P[] }> {
  const rows: P['rows'][number][] = []
  const pages: P[] = []
  let after: string | null = null
  while (pages.length < 1_000) {
    const page: P = await ask({ limit, after })
    pages.push(page)
    const used = page.rows.slice(0, use)
    rows.push(...used)
    const isWhole = used.length === page.rows.length
    if (isWhole && page.hasMore === false) return { rows, pages }
    const next: string | null = (isWhole ? page.frontier?.cursor : undefined) ?? used.at(-1)?.cursor ?? null
    if (next === null && page.hasMore === 'unknown') return { rows, pages }
    if (next === null) throw new Error('there is more, but nowhere to go on')
    after = next
  }
  throw new Error('the walk does not end')
}

/** Whether the vendor's own people have this one under that id. */
export function isPerson({ ref, externalId }: Pick<Person, 'ref' | 'externalId'>, id: string | null): boolean {
  return id === ref.native || id === externalId
}

export function conversationId({ item }: Row<ConversationForViewer>): string {
  return item.conversation.externalId
}

/** Natives and ids that no vendor gave to anybody. */
export const NONSENSE: readonly string[] = [
  '',
  ' ',
  '.',
  '..',
  '../..',
  '../../users',
  'a/b',
  'a?b=c#d',
  '%2e%2e%2f',
  '100%',
  'nobody-knows-this',
  '0',
  '-1',
  '1e3',
  '999999999999',
  '00000000-0000-4000-8000-000000000000',
  'Straße 🙂',
  '\u0000',
  '\ud800',
  'line\r\nbreak: x',
  'x'.repeat(2_000),
]
