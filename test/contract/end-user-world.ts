import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import type {
  Actor,
  CallContext,
  ConversationForViewer,
  MessageRef,
  PersonRef,
  Provider,
} from '../../providers/port/index.ts'
import type { TrueConversation, Vendor } from './desk.ts'

/** What has to be known of a provider to try it with two of its end users, as data. */
export interface EndUsers {
  start(): Promise<Vendor>
  /** Two who have conversations that the other one does not have, by the names under which the vendor knows them. */
  readonly names: readonly [string, string]
  personRef(id: string): PersonRef
  /** Well formed, but given to nobody. */
  readonly absent: { readonly conversation: string; readonly message: string; readonly person: PersonRef }
  /** Who sees what the end user does not; null: nobody sees more. */
  readonly team: Actor | null
}

/** A vendor that runs, and two of its end users. */
export interface World {
  readonly provider: Provider
  readonly ada: Visitor
  readonly eve: Visitor
  /** Of Eve's, not of Ada's. */
  readonly foreign: ConversationForViewer
  readonly foreignMessage: MessageRef
  writes(): Promise<number>
  say(conversation: string, person: string, text: string): Promise<void>
  close(): Promise<void>
}

export interface Visitor {
  readonly id: string
  readonly ref: PersonRef
  readonly truth: readonly TrueConversation[]
  readonly rows: readonly ConversationForViewer[]
  call(): CallContext
}

export async function openWorld({ start, names, personRef }: EndUsers): Promise<World> {
  const { emulator, create } = await start()
  const provider = create()
  const control = `${emulator.url}/__control`
  const state = (await (await fetch(`${control}/state`)).json()) as EmulatorState
  const [ada, eve] = await Promise.all(
    names.map((name) => visitorOf(state.people.find((one) => one.name === name)!.id, { state, provider, personRef })),
  )
  const foreign = eve!.rows.find(({ conversation }) => ada!.truth.every(({ id }) => id !== conversation.externalId))!
  const { messages } = eve!.truth.find(({ id }) => id === foreign.conversation.externalId)!
  return {
    provider,
    ada: ada!,
    eve: eve!,
    foreign,
    foreignMessage: { kind: 'message', conversation: foreign.conversation.ref, native: messages[0]!.id },
    writes: async () => {
      const { requests } = (await (await fetch(`${control}/requests`)).json()) as { requests: { method: string }[] }
      return requests.filter(({ method }) => method !== 'GET').length
    },
    say: async (conversation, person, text) => {
      await fetch(`${control}/say`, { method: 'POST', body: JSON.stringify({ conversation, person, text }) })
    },
    close: async () => {
      await provider.close()
      await emulator.close()
    },
  }
}

async function visitorOf(
  id: string,
  { state, provider, personRef }: { state: EmulatorState; provider: Provider; personRef: EndUsers['personRef'] },
): Promise<Visitor> {
  const ref = personRef(id)
  const actor: Actor = { kind: 'end-user', person: ref, credential: null }
  const call = (): CallContext => ({
    actor,
    deadline: Date.now() + 8_000,
    signal: new AbortController().signal,
    budget: createCallBudget(1_000),
  })
  const { rows } = await provider.listConversations({}, { limit: 100, after: null }, call())
  const truth = state.conversations.filter(({ people }) => people.includes(id))
  return { id, ref, truth, rows: rows.map(({ item }) => item), call }
}
