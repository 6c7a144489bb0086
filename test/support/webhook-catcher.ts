import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookDelivery } from '../../providers/port/index.ts'

/** Takes every webhook with 200, and keeps it as a gateway would get it. */
export async function catchWebhooks() {
  const caught: WebhookDelivery[] = []
  let wake = () => {}
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, [value].flat().join(', ')]],
      ),
    )
    caught.push({ method: request.method ?? '', headers, body: Buffer.concat(chunks), receivedAt: new Date() })
    response.end()
    wake()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** The next so many, as soon as they are there. */
    async take(count: number): Promise<readonly WebhookDelivery[]> {
      while (caught.length < count) await new Promise<void>((resolve) => (wake = resolve))
      return caught.splice(0, count)
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
