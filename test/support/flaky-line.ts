import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A line to a server that breaks once for some requests, at a random byte of the request or of its answer. */
export interface FlakyLine {
  readonly url: string
  /** How many requests were cut off amid themselves, and how many amid their answers. */
  readonly cuts: { readonly requests: number; readonly answers: number }
  close(): Promise<void>
}

/** `nameOf`: of a request on which the line is to break, the first time that one of this name comes; null: of others. */
export async function openFlakyLine(
  targetUrl: string,
  nameOf: (request: string) => string | null,
  random: () => number = Math.random,
): Promise<FlakyLine> {
  const port = Number(new URL(targetUrl).port)
  const cuts = { requests: 0, answers: 0 }
  const open = new Set<Socket>()
  const broken = new Set<string>()
  const planFor = (request: Buffer): Plan => {
    const name = nameOf(request.toString('latin1'))
    if (name === null || broken.has(name)) return WHOLE
    broken.add(name)
    const isRequest = random() < 0.5
    cuts[isRequest ? 'requests' : 'answers'] += 1
    return isRequest
      ? { request: Math.floor(random() * request.length), answer: 0 }
      : { request: null, answer: random() }
  }
  const server = createServer((near) => {
    open.add(near).add(join(near, port, planFor))
    near.once('close', () => open.delete(near))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts,
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** How many bytes of a request go through, null: all; and which part of its answer, null: all. */
interface Plan {
  readonly request: number | null
  readonly answer: number | null
}

const WHOLE: Plan = { request: null, answer: null }

/** One connection through the line. Requests come one after the other, as the gateway sends them. */
function join(near: Socket, port: number, planFor: (request: Buffer) => Plan): Socket {
  const far = connect(port, '127.0.0.1')
  const asking = new Collector()
  const answering = new Collector()
  let plan = WHOLE
  const end = () => {
    near.destroy()
    far.destroy()
  }
  near.on('data', (chunk: Buffer) => {
    for (const request of asking.take(chunk)) {
      plan = planFor(request)
      far.write(request.subarray(0, plan.request ?? request.length))
      if (plan.request !== null) far.end(end)
    }
  })
  far.on('data', (chunk: Buffer) => {
    if (plan.answer === null) return near.write(chunk)
    for (const answer of answering.take(chunk))
      near.write(answer.subarray(0, Math.floor(answer.length * (plan.answer ?? 1))), end)
  })
  for (const socket of [near, far]) socket.on('error', end).on('close', end)
  return far
}

/** Puts messages of HTTP together. */
class Collector {
  #bytes: Buffer = Buffer.alloc(0)

  take(chunk: Buffer): readonly Buffer[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    const length = lengthOf(this.#bytes)
    if (length === null || this.#bytes.length < length) return []
    const message = this.#bytes.subarray(0, length)
    this.#bytes = this.#bytes.subarray(length)
    return [message]
  }
}

/** With its head; null: not known yet. What is not said to be longer has no body. */
function lengthOf(bytes: Buffer): number | null {
  const head = bytes.indexOf('\r\n\r\n')
  if (head === -1) return null
  const text = bytes.toString('latin1', 0, head)
  const [, length] = /^content-length: *(\d+)/im.exec(text) ?? []
  if (length !== undefined) return head + 4 + Number(length)
  if (!/^transfer-encoding: *chunked/im.test(text)) return head + 4
  const last = bytes.indexOf('\r\n0\r\n\r\n', head)
  return last === -1 ? null : last + 7
}
