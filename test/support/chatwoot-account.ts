import { type ChatwootEmulatorOptions, startChatwootEmulator, TOKENS } from '../../providers/chatwoot/emulator/index.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import type {
  Actor,
  CallContext,
  ConversationRef,
  MessageRef,
  PersonRef,
  Provider,
} from '../../providers/port/index.ts'

/** A running Chatwoot, the adapter that reads it over HTTP, and what tests want to know of both. */
export interface ChatwootAccount {
  readonly provider: Provider
  /** The requests that Chatwoot got since this was asked the last time, without the account's part of the path. */
  requests(): Promise<readonly string[]>
  state(): Promise<EmulatorState>
  act(what: 'say' | 'receive' | 'read' | 'misbehave', body: object): Promise<unknown>
  /** What somebody else does to a message over Chatwoot's own API. */
  patchMessage(message: MessageRef, body: object): Promise<void>
  close(): Promise<void>
}

export async function startChatwootAccount(options: Partial<ChatwootEmulatorOptions> = {}): Promise<ChatwootAccount> {
  const emulator = await startChatwootEmulator({ port: 0, ...options })
  const provider = chatwoot.create('support', chatwoot.settings.parse(emulator.settings))
  const control = (path: string) => `${emulator.url}/__control/${path}`
  let seen = 0
  return {
    provider,
    requests: async () => {
      const answer = (await (await fetch(control(`requests?since=${seen}`))).json()) as RequestsAnswer
      seen = answer.next
      return answer.requests.map(({ method, path }) => `${method} ${path.replace(/^\/api\/v1(\/accounts\/\d+)?/, '')}`)
    },
    state: async () => (await (await fetch(control('state'))).json()) as EmulatorState,
    act: async (what, body) => (await fetch(control(what), { method: 'POST', body: JSON.stringify(body) })).json(),
    patchMessage: async ({ conversation, native }, body) => {
      const path = `/api/v1/accounts/${emulator.settings.accountId}/conversations/${conversation.native}/messages/${native}`
      const headers = { 'api-access-token': TOKENS.nora, 'content-type': 'application/json' }
      await fetch(`${emulator.url}${path}`, { method: 'PATCH', headers, body: JSON.stringify(body) })
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

/** Nora, who owns the account's own token. */
export const NORA: Actor = { kind: 'agent', person: null, credential: null }
/** Piet with a token of his own: an agent of the app and the website. */
export const PIET: Actor = { kind: 'agent', person: personRef('user:9'), credential: TOKENS.piet }

export function endUser(native: string): Actor {
  return { kind: 'end-user', person: personRef(native), credential: null }
}

export function personRef(native: string): PersonRef {
  return { kind: 'person', account: 'support', native }
}

export function conversationRef(native: string): ConversationRef {
  return { kind: 'conversation', account: 'support', native }
}

export function callAs(actor: Actor = NORA, calls = 1_000): CallContext {
  return {
    actor,
    deadline: Date.now() + 8_000,
    signal: new AbortController().signal,
    budget: createCallBudget(calls),
  }
}
