import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type EventInlet, ProviderError, type Received, type WebhookDelivery } from '../../providers/port/index.ts'

/** What becomes of a delivery: what it tells, or the code with which it is refused. Anything else that is thrown is thrown on. */
export function outcomeOf(inlet: EventInlet, delivery: WebhookDelivery): Received | string {
  try {
    return inlet.receive(delivery)
  } catch (error) {
    if (error instanceof ProviderError) return error.code
    throw error
  }
}

/** The text as it would arrive with these headers. */
export function deliveryOf(body: string | Uint8Array, headers: Record<string, string>): WebhookDelivery {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return { method: 'POST', headers, body: bytes, receivedAt: new Date() }
}

/** An address that takes real webhooks, and everything that came, in order. Closed when the test ends. */
export async function openHook(): Promise<{ readonly url: string; readonly deliveries: readonly WebhookDelivery[] }> {
  const deliveries: WebhookDelivery[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(', ')])
      deliveries.push({
        method: request.method ?? '',
        headers: Object.fromEntries(headers),
        body: Buffer.concat(chunks),
        receivedAt: new Date(),
      })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, deliveries }
}

/** Makes an emulator act, or tells it where its webhooks go. */
export async function control(emulatorUrl: string, act: string, body: object): Promise<any> {
  const response = await fetch(`${emulatorUrl}/__control/${act}`, { method: 'POST', body: JSON.stringify(body) })
  return response.json()
}

/** The n-th value of a document, counted through all of its levels, becomes another. */
export function replaceOne(document: object, n: number, value: unknown): unknown {
  const paths: string[][] = []
  const walk = (node: unknown, path: string[]) => {
    if (path.length > 0) paths.push(path)
    if (typeof node === 'object' && node !== null)
      for (const [key, item] of Object.entries(node)) walk(item, [...path, key])
  }
  walk(document, [])
  const copy = structuredClone(document) as any
  const path = paths[n % paths.length] as string[]
  const parent = path.slice(0, -1).reduce((node, key) => node[key], copy)
  parent[path.at(-1) as string] = value
  return copy
}
