import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a vendor may behave; all but the first repeat whatever they were sent. */
export const MOODS = [
  'good',
  'unauthorized',
  'unprocessable',
  'failing',
  'garbage',
  'redirecting',
  'cut-off',
  'silent',
] as const
export type Mood = (typeof MOODS)[number]

/** A vendor's emulator behind somebody who changes credentials on the way, so that the gateway can be given others. */
export interface EchoingProxy {
  readonly url: string
  be(mood: Mood): void
  close(): Promise<void>
}

/** `credentials`: what stands for which at the emulator. */
export async function startEchoingProxy(
  upstream: string,
  credentials: Readonly<Record<string, string>>,
): Promise<EchoingProxy> {
  let mood: Mood = 'good'
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (mood === 'silent') await sleep(10_000, undefined, { ref: false })
    if (mood === 'cut-off') return void response.socket?.destroy()
    // Nobody opens a socket through here.
    const isSocket = request.headers.upgrade !== undefined
    if (mood !== 'good' || isSocket) {
      const [status, body] = refusal(isSocket ? 'unauthorized' : mood, request.headers)
      const location = `http://user:${JSON.stringify(request.headers)}@x/`.replace(/[^\x20-\x7e]/g, '')
      return void response.writeHead(status, { 'content-type': 'application/json', location }).end(body)
    }
    const headers = translated(request.headers, credentials)
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}
    const answer = await fetch(upstream + request.url, { method: request.method ?? 'GET', headers, ...body }).catch(
      () => null,
    )
    // What is still asked while all is closed.
    if (answer === null) return void response.socket?.destroy()
    const type = answer.headers.get('content-type') ?? 'application/json'
    response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    be: (now) => {
      mood = now
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** In all forms at once in which one of the vendors words what it refuses. */
function refusal(mood: Mood, headers: IncomingHttpHeaders): readonly [number, string] {
  const echo = Object.values(headers).join(' ')
  const body = {
    code: echo,
    message: echo,
    error: echo,
    errors: [echo, { field: echo, message: echo, code: echo }],
    details: echo,
  }
  if (mood === 'garbage') return [200, `${echo} <html>${echo}`]
  if (mood === 'redirecting') return [302, echo]
  if (mood === 'failing') return [500, `<html>${echo}</html>`]
  return [
    mood === 'unauthorized' ? 401 : 422,
    JSON.stringify(mood === 'unauthorized' ? body : { ...body, error: { code: echo, message: echo } }),
  ]
}

function translated(
  headers: IncomingHttpHeaders,
  credentials: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => !/^(host|connection|content-length|transfer-encoding)$/.test(name),
  )
  const change = (value: string) =>
    Object.entries(credentials).reduce((text, [canary, real]) => text.replaceAll(canary, real), value)
  return Object.fromEntries(kept.map(([name, value]) => [name, change(String(value))]))
}
