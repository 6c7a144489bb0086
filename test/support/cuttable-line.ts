import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What is between a client and a server, and how it fails. */
export interface CuttableLine {
  readonly url: string
  /** Ends every connection at once; new ones work. */
  cut(): void
  /** Lets nothing through any more on the connections that are open; new ones work. */
  freeze(): void
  /** In everything that comes from the server; both texts are equally long. */
  replace(text: string, by: string): void
  /** How many connections there have been that asked for that path. */
  asked(path: string): number
  close(): void
}

export async function openLine(targetUrl: string): Promise<CuttableLine> {
  const target = Number(new URL(targetUrl).port)
  const open = new Set<readonly [Socket, Socket]>()
  const heard: string[] = []
  let replaced: readonly [string, string] | null = null
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const pair = [near, far] as const
    open.add(pair)
    near.on('data', (chunk) => {
      heard.push(chunk.toString('latin1'))
      far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (replaced === null) near.write(chunk)
      else near.write(chunk.toString('latin1').replaceAll(...replaced), 'latin1')
    })
    for (const socket of pair) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(pair)
        near.destroy()
        far.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const [near] of open) near.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    freeze: () => {
      for (const [, far] of open) far.pause()
    },
    replace: (text, by) => {
      replaced = text === by ? null : [text, by]
    },
    asked: (path) => heard.filter((request) => request.startsWith(`GET ${path} `)).length,
    close: () => {
      cut()
      server.close()
    },
  }
}
