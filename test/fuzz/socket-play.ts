import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Step } from './frames.ts'

/** How a socket that was played with came to its end. */
export interface PlayEnd {
  /** The code of the gateway's close frame; null: it was still open, or ended without one. */
  readonly code: number | null
  readonly reason: string
  /** Everything it said in text. */
  readonly said: string
}

/** Opens a websocket by hand, takes the steps, and hears the gateway out for a moment. */
export async function play(url: string, steps: readonly Step[], waitMs: number): Promise<PlayEnd> {
  const socket = await open(new URL(url))
  const received: Buffer[] = []
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  try {
    for (const step of steps) {
      if (socket.destroyed || socket.readableEnded) break
      if (step.what === 'wait') await hear(socket, waitMs)
      else socket.write(step.bytes)
    }
    await settle(socket, waitMs)
  } finally {
    socket.destroy()
  }
  return readEnd(Buffer.concat(received))
}

async function open({ hostname, port, pathname }: URL): Promise<Socket> {
  const socket = connect(Number(port), hostname)
  const key = randomBytes(16).toString('base64')
  socket.on('error', () => undefined)
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
  )
  const head = await new Promise<string>((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString()))
    socket.once('close', () => resolve('nothing'))
  })
  if (!head.startsWith('HTTP/1.1 101')) throw new Error(`no websocket: ${head.slice(0, 100)}`)
  return socket
}

/** Until something is said, or for a moment. */
function hear(socket: Socket, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(patience)
      socket.off('data', done).off('close', done)
      resolve()
    }
    const patience = setTimeout(done, waitMs)
    socket.once('data', done).once('close', done)
  })
}

/** Until it is closed, or nothing has been said for a moment. */
async function settle(socket: Socket, waitMs: number): Promise<void> {
  let heard = -1
  while (!socket.destroyed && heard !== socket.bytesRead) {
    heard = socket.bytesRead
    await hear(socket, waitMs)
  }
}

/** A server's frames are not masked. */
function readEnd(bytes: Buffer): PlayEnd {
  let [at, said] = [0, '']
  while (at + 2 <= bytes.length) {
    const opcode = (bytes[at] ?? 0) & 15
    const short = (bytes[at + 1] ?? 0) & 127
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (at + head > bytes.length) break
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    const payload = bytes.subarray(at + head, at + head + length)
    if (opcode === 8)
      return { code: length >= 2 ? payload.readUInt16BE(0) : null, reason: payload.subarray(2).toString(), said }
    if (opcode === 1) said += `${payload}\n`
    at += head + length
  }
  return { code: null, reason: '', said }
}
