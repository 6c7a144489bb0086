import { createInterface } from 'node:readline'
import { type WebSocket, WebSocketServer } from 'ws'

/**
 * What sending costs when nothing is found out and nobody is waited for: takes frames from its input, one a line, and sends
 * each, so many a second, to all of its sockets once so many have said something. Prints its address.
 *
 *     node test/bench/broadcast.ts SOCKETS PER_SECOND
 */
const [sockets, perSecond] = [Number(process.argv[2]), Number(process.argv[3])]
const frames: Buffer[] = []
for await (const line of createInterface({ input: process.stdin })) frames.push(Buffer.from(line))

const handleProtocols = (offered: Set<string>) => offered.values().next().value ?? false
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, handleProtocols })
const open = new Set<WebSocket>()
server.on('connection', (socket) => {
  socket.once('message', () => {
    socket.send('CaughtUp')
    if (open.add(socket).size === sockets) broadcast()
  })
})
server.on('listening', () => {
  const address = server.address()
  console.log(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`)
})

function broadcast(): void {
  const startedAt = performance.now()
  let sent = 0
  const clock = setInterval(() => {
    const due = Math.min(frames.length, Math.floor(((performance.now() - startedAt) / 1000) * perSecond))
    for (const frame of frames.slice(sent, due)) for (const socket of open) socket.send(frame, { binary: false })
    sent = due
    if (sent === frames.length) clearInterval(clock)
  }, 5)
}
