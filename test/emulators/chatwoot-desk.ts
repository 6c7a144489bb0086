import { startChatwootEmulator, TOKENS } from '../../providers/chatwoot/emulator/index.ts'
import type { Emulator, EmulatorState } from '../../providers/kit/emulator/index.ts'

export type Json = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, where it is JSON. Tests read it freely. */
  readonly body: any
}

/** A running emulator and the ways in which tests ask it. */
export interface Desk {
  readonly emulator: Emulator
  request(path: string, init?: RequestInit): Promise<Answer>
  /** A GET of the account as somebody, Nora where nobody is named. */
  get(path: string, as?: keyof typeof TOKENS): Promise<Answer>
  post(path: string, body: unknown, as?: keyof typeof TOKENS): Promise<Answer>
  act(name: string, body: Json): Promise<Answer>
  state(): Promise<EmulatorState>
  allConversations(): Promise<readonly Answer['body'][]>
}

export async function openDesk(options: Partial<Parameters<typeof startChatwootEmulator>[0]> = {}): Promise<Desk> {
  const emulator = await startChatwootEmulator({ port: 0, ...options })
  const request = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${emulator.url}${path}`, { redirect: 'manual', ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parsed(text) }
  }
  const headersOf = (as: keyof typeof TOKENS) => ({ 'api-access-token': TOKENS[as], accept: 'application/json' })
  const desk: Desk = {
    emulator,
    request,
    get: (path, as = 'nora') => request(`/api/v1/accounts/1${path}`, { headers: headersOf(as) }),
    post: (path, body, as = 'nora') =>
      request(`/api/v1/accounts/1${path}`, { method: 'POST', headers: headersOf(as), body: JSON.stringify(body) }),
    act: (name, body) => request(`/__control/${name}`, { method: 'POST', body: JSON.stringify(body) }),
    state: async () => (await request('/__control/state')).body,
    allConversations: () => everyConversation(desk),
  }
  return desk
}

async function everyConversation(desk: Desk): Promise<readonly Answer['body'][]> {
  const all: Answer['body'][] = []
  for (let page = 1; ; page += 1) {
    const { payload } = (await desk.get(`/conversations?status=all&page=${page}`)).body.data
    if (payload.length === 0) return all
    all.push(...payload)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
