import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { Chatter } from './chatter.ts'
import { controlRoutes } from './control.ts'
import { Mischief } from './misbehaviour.ts'
import type { WebhookTarget } from './webhook-outbox.ts'

/** How an emulator is started. The same seed and `now` make the same people, conversations and ids. */
export interface EmulatorOptions {
  /** 0: any free one. */
  readonly port: number
  readonly seed?: number
  /** When the seeded story ends; every seeded time lies before it. */
  readonly now?: Date
}

/** The end of the story where nobody says otherwise. */
export const STORY_END = new Date('2026-11-20T12:00:00Z')

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:PORT`, without a slash. */
  readonly url: string
  /** The very settings that the vendor's adapter reads, secrets in clear: they belong to this emulator only. */
  readonly settings: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

/** What a vendor's folder gives to be served: its routes and what people can do in it. */
export interface EmulatedVendor extends EmulatedActs {
  readonly name: string
  readonly routes: Hono
  /** Told once the address is known, because answers carry absolute links. */
  settingsAt(url: string): Readonly<Record<string, unknown>>
  /** Takes over connections that want to be a web socket, for vendors that have one. `close` has to end them. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/**
 * What people do in the vendor's own apps, and what is true there. Ids are the vendor's own, as text. An unknown id throws
 * `UnknownThing`.
 */
export interface EmulatedActs {
  say(conversation: string, person: string, text: string): { readonly message: string }
  /** The person's device has got everything. */
  receive(conversation: string, person: string): void
  /** The person has seen everything up to that message; null: everything. */
  read(conversation: string, person: string, upTo: string | null): void
  state(): EmulatorState
  /** Where the vendor's webhooks go from now on; null: nowhere. */
  deliverWebhooksTo(target: WebhookTarget | null): void
  /** Ends whatever still waits to be sent. */
  close(): void
}

/** What is true in that vendor, not how the vendor would tell it. Times are ISO 8601, null: not happened. */
export interface EmulatorState {
  readonly people: readonly { readonly id: string; readonly name: string }[]
  readonly conversations: readonly {
    readonly id: string
    readonly people: readonly string[]
    readonly messages: readonly {
      readonly id: string
      readonly person: string | null
      readonly text: string | null
      readonly createdAt: string
      readonly deliveredAt: string | null
      readonly readAt: string | null
    }[]
  }[]
}

/** An act named something that is not there. */
export class UnknownThing extends Error {
  override readonly name = 'UnknownThing'
}

/** One vendor request as the control route tells it. */
export interface RecordedRequest {
  readonly n: number
  readonly at: string
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly status: number
}

/** Serves a vendor on 127.0.0.1, with the control routes beside its own. */
export async function serveEmulator(vendor: EmulatedVendor, port: number): Promise<Emulator> {
  const mischief = new Mischief()
  const requests: RecordedRequest[] = []
  const chatter = new Chatter(vendor)
  const control = getRequestListener(controlRoutes({ vendor, mischief, requests, chatter }).fetch)
  const own = getRequestListener(vendor.routes.fetch)
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/__control/')) return void control(request, response)
    record(requests, request, response)
    mischief.apply(request, response, () => void own(request, response))
  })
  if (vendor.upgrade !== undefined) server.on('upgrade', vendor.upgrade)
  await listen(server, port)
  const { port: actualPort } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${actualPort}`
  return {
    url,
    settings: vendor.settingsAt(url),
    close: () => {
      chatter.stop()
      vendor.close()
      return close(server)
    },
  }
}

function record(requests: RecordedRequest[], request: IncomingMessage, response: ServerResponse): void {
  const n = requests.length + 1
  const known = { n, at: new Date().toISOString(), method: request.method ?? '', path: request.url ?? '' }
  requests.push({ ...known, status: 0 })
  response.once('close', () => {
    requests[n - 1] = { ...known, status: response.headersSent ? response.statusCode : 0 }
  })
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
