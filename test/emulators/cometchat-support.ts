import type { Emulator } from '../../providers/kit/emulator/index.ts'

export type Json = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

/** Asks an emulator as a server of the app would: with the key, and for nora unless it says otherwise. */
export function createAsker(emulator: Emulator) {
  const { apiKey, baseUrl } = emulator.settings as { apiKey: string; baseUrl: string }

  async function ask(method: string, path: string, more: { headers?: Record<string, string>; body?: Json } = {}) {
    const url = path.startsWith('/__control') ? emulator.url + path : baseUrl + path
    const response = await fetch(url, {
      method,
      headers: { apikey: apiKey, onbehalfof: 'nora', ...more.headers },
      ...(more.body !== undefined && { body: JSON.stringify(more.body) }),
    })
    return { status: response.status, headers: response.headers, body: await response.json() } as Answer
  }

  return {
    ask,
    async get(path: string, headers: Record<string, string> = {}): Promise<Json> {
      const answer = await ask('GET', path, { headers })
      if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    /** `CODE status` of a refusal. */
    async refusal(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<string> {
      const { body, status } = await ask(method, path, { headers })
      return `${body.error?.code} ${status}`
    },
    async act(name: string, body: Json): Promise<Json> {
      return (await ask('POST', `/__control/${name}`, { body })).body
    },
    async state(): Promise<Json> {
      return (await ask('GET', '/__control/state')).body
    },
  }
}

export type Asker = ReturnType<typeof createAsker>
