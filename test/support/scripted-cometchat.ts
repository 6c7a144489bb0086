import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cometChat } from '../../providers/cometchat/index.ts'
import type { Provider } from '../../providers/port/index.ts'

/** A request as it was on the wire. */
export interface SeenRequest {
  readonly line: string
  /** Of `apikey`, `onbehalfof` and `content-type`, what was there. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed; null: none. */
  readonly body: unknown
}

/** By `METHOD /path`, without the query: what is answered, in order; the last one again and again. */
export type Script = Readonly<Record<string, readonly Scripted[]>>

export type Scripted = { readonly status?: number; readonly body: unknown } | 'hang up'

/** A CometChat that says what it is told to, and keeps what it was asked. */
export async function startScriptedCometChat(script: Script, settings: object = {}) {
  const seen: SeenRequest[] = []
  const asked = new Map<string, number>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const { url = '', method = '' } = request
    const [path = ''] = url.split('?')
    const key = `${method} ${path.replace('/v3', '')}`
    seen.push({
      line: `${method} ${url}`,
      headers: Object.fromEntries(
        ['apikey', 'onbehalfof', 'content-type'].flatMap((name) => {
          const value = request.headers[name]
          return typeof value === 'string' ? [[name, value]] : []
        }),
      ),
      body: text === '' ? null : JSON.parse(text),
    })
    const answers = script[key] ?? [{ status: 404, body: { error: { code: 'ERR_API_NOT_FOUND', message: key } } }]
    const count = asked.get(key) ?? 0
    asked.set(key, count + 1)
    const answer = answers[Math.min(count, answers.length - 1)]
    if (answer === undefined || answer === 'hang up') return void request.socket.destroy()
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`
  const provider: Provider = cometChat.create(
    'shop',
    cometChat.settings.parse({ appId: 'app', region: 'us', baseUrl, apiKey: 'the-key', ...settings }),
  )
  return {
    provider,
    /** What was asked since the last time. */
    take: (): readonly SeenRequest[] => seen.splice(0),
    close: async () => {
      await provider.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
