import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type CableFrame, framesOf } from './cable-form.ts'
import { type Listener, listenerOf, mayHear } from './cable-listeners.ts'
import { type Happening, isRecord, type Json } from './records.ts'
import { ACCOUNT_ID, type AccountState } from './state.ts'

const PROTOCOL = 'actioncable-v1-json'
const PING_EVERY_MS = 3_000

/** A socket and the rooms that it listens in, by identifier as it was sent. */
interface Connection {
  readonly socket: WebSocket
  readonly rooms: Map<string, Listener>
}

/** The socket of Chatwoot, an ActionCable: nothing is kept for those who are away, and what is wrong is met with silence. */
export class Cable {
  readonly #account: AccountState
  readonly #connections = new Set<Connection>()
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  })

  constructor(account: AccountState) {
    this.#account = account
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.url?.split('?')[0] === '/cable') {
      this.#server.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened))
    } else {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n')
    }
  }

  tell(happening: Happening): void {
    if (this.#connections.size === 0) return
    for (const frame of framesOf(this.#account, happening)) this.#broadcast(frame)
  }

  close(): void {
    for (const { socket } of this.#connections) socket.terminate()
  }

  #welcome(socket: WebSocket): void {
    const connection: Connection = { socket, rooms: new Map() }
    const ping = setInterval(
      () => send(socket, { type: 'ping', message: Math.floor(Date.now() / 1_000) }),
      PING_EVERY_MS,
    )
    this.#connections.add(connection)
    socket.on('message', (data) => this.#obey(connection, String(data)))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      clearInterval(ping)
      this.#connections.delete(connection)
    })
    send(socket, { type: 'welcome' })
  }

  #obey({ socket, rooms }: Connection, text: string): void {
    const { command, identifier, data } = parsed(text)
    if (typeof identifier !== 'string') return
    const room = rooms.get(identifier)
    if (command === 'unsubscribe') rooms.delete(identifier)
    else if (command === 'message' && room !== undefined && parsed(data).action === 'update_presence') {
      this.#showPresence(socket, identifier, room)
    } else if (command === 'subscribe' && room === undefined) {
      const listener = listenerOf(this.#account, parsed(identifier))
      if (listener === null) return
      rooms.set(identifier, listener)
      send(socket, { identifier, type: 'confirm_subscription' })
      this.#showPresence(socket, identifier, listener)
    }
  }

  /** Who is there. Contacts are not told of other contacts. */
  #showPresence(socket: WebSocket, identifier: string, listener: Listener): void {
    const { users, contacts } = this.#account
    const isHere = (id: number) =>
      [...this.#connections].some(({ rooms }) => [...rooms.values()].some(({ user }) => user?.id === id))
    const seen = users.filter(({ id }) => isHere(id)).map(({ id, availability }) => [id, presenceOf(availability)])
    const online = contacts.filter(({ isOnline }) => isOnline).map(({ id }) => [id, 'online'])
    const data =
      listener.user === null
        ? { account_id: ACCOUNT_ID, users: {} }
        : {
            account_id: listener.user.accountId,
            users: Object.fromEntries(seen),
            contacts: Object.fromEntries(online),
          }
    send(socket, { identifier, message: { event: 'presence.update', data } })
  }

  #broadcast(frame: CableFrame): void {
    for (const { socket, rooms } of this.#connections) {
      for (const [identifier, listener] of rooms) {
        if (mayHear(this.#account, listener, frame)) {
          send(socket, { identifier, message: { event: frame.event, data: frame.data } })
        }
      }
    }
  }
}

/** Whoever listens is there. */
function presenceOf(availability: string): string {
  return availability === 'busy' ? 'busy' : 'online'
}

function send(socket: WebSocket, frame: Json): void {
  socket.send(JSON.stringify(frame))
}

/** Empty for anything but an object. */
function parsed(text: unknown): Json {
  try {
    const value: unknown = JSON.parse(String(text))
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}
