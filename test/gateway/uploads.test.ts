import { connect } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { OutgoingFile } from '../../providers/port/index.ts'
import type { Upload } from '../../schema/acts.ts'
import { LogUnavailable } from '../../src/events/log.ts'
import { startServer } from '../../src/http/server.ts'
import { createUploadRoute } from '../../src/http/uploads.ts'
import { createLogger } from '../../src/ops/logger.ts'
import { Metrics } from '../../src/ops/metrics.ts'
import { createSqliteUploads } from '../../src/uploads/sqlite-uploads.ts'
import { Uploads } from '../../src/uploads/uploads.ts'

const CONVERSATION = { kind: 'conversation', account: 'desk', native: '7' } as const
const NORA = { viewer: 'nora', conversation: CONVERSATION }

async function startUploads(receiveMs?: number) {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  const store = createSqliteUploads(database)
  onTestFinished(() => store.close())
  let url = ''
  const uploads = new Uploads({ store, baseUrl: () => url }, receiveMs)
  const server = await startServer({
    port: 0,
    routes: new Map(),
    uploads: createUploadRoute(uploads),
    metrics: new Metrics(),
    log: createLogger('silent'),
  })
  onTestFinished(() => server.close())
  url = server.url
  const announce = (sizeBytes: number, mimeType = 'image/png') =>
    uploads.create({ ...NORA, fileName: 'a.png', mimeType, sizeBytes })
  return { store, uploads, announce, url }
}

type Sent = { status: number; code: string | null }

async function put(
  { url, headers }: Upload,
  body: RequestInit['body'],
  over: Record<string, string> = {},
): Promise<Sent> {
  const own = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
  const init = { method: 'PUT', headers: { ...own, ...over }, body, duplex: 'half' } as RequestInit
  const answer = await fetch(url, init)
  const text = await answer.text()
  return { status: answer.status, code: text === '' ? null : JSON.parse(text).code }
}

/** As a client that is given a stream does it: without its length. */
function inChunks(bytes: Uint8Array, chunk = 10_000): BodyInit {
  const starts = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, index) => index * chunk)
  return Readable.toWeb(Readable.from(starts.map((at) => bytes.subarray(at, at + chunk)))) as BodyInit
}

async function contentOf(file: OutgoingFile | 'unknown' | 'incomplete'): Promise<Buffer> {
  if (typeof file === 'string') throw new Error(file)
  const pieces: Uint8Array[] = []
  for await (const piece of file.open()) pieces.push(piece)
  return Buffer.concat(pieces)
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256)
}

/** Writes a request by hand and gives what comes back before the connection ends. */
function exchange(url: string, head: readonly string[], body: Buffer): Promise<string> {
  const { port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    socket.write(body)
  })
}

describe('an upload', () => {
  it('is there, byte for byte, as often as it is opened, once all of it was sent', async () => {
    const { uploads, announce } = await startUploads()
    const bytes = randomBytes(700_001)
    const upload = await announce(bytes.length)
    expect(await uploads.open(upload.id, NORA)).toBe('incomplete')
    expect(await put(upload, bytes)).toEqual({ status: 204, code: null })
    const file = await uploads.open(upload.id, NORA)
    expect(file).toMatchObject({ kind: 'file', fileName: 'a.png', mimeType: 'image/png', sizeBytes: bytes.length })
    for (const _again of [1, 2]) expect((await contentOf(file)).equals(bytes)).toBe(true)
  })

  it('may be sent without saying how long it is, and be empty', async () => {
    const { uploads, announce } = await startUploads()
    const bytes = randomBytes(300_000)
    const [streamed, empty] = [await announce(bytes.length), await announce(0)]
    expect(await put(streamed, inChunks(bytes))).toEqual({ status: 204, code: null })
    expect(await put(empty, '')).toEqual({ status: 204, code: null })
    expect((await contentOf(await uploads.open(streamed.id, NORA))).equals(bytes)).toBe(true)
    expect(await contentOf(await uploads.open(empty.id, NORA))).toHaveLength(0)
  })

  it('is kept in pieces while it comes, never whole in memory', async () => {
    const { store, announce } = await startUploads()
    const append = vi.spyOn(store, 'append')
    await put(await announce(1_000_000), inChunks(randomBytes(1_000_000)))
    const sizes = append.mock.calls.map(([, , , piece]) => piece.length)
    expect(sizes).toHaveLength(4)
    expect(Math.max(...sizes)).toBe(256 * 1024)
  })

  it('has an id that nobody guesses and an hour of life', async () => {
    const { announce, url } = await startUploads()
    const [one, other] = [await announce(1), await announce(1)]
    expect(one.url).toBe(`${url}/uploads/${one.id}`)
    expect(Buffer.from(one.id, 'base64url')).toHaveLength(16)
    expect(one.id).not.toBe(other.id)
    expect(one.headers).toEqual([{ name: 'content-type', value: 'image/png' }])
    expect(one.expiresAt.getTime() - Date.now()).toBeGreaterThan(59 * 60_000)
  })

  it('is unknown to another viewer and in another conversation', async () => {
    const { uploads, announce } = await startUploads()
    const upload = await announce(2)
    await put(upload, 'ab')
    const elsewhere = { ...CONVERSATION, native: '8' }
    expect(await uploads.open(upload.id, { ...NORA, viewer: 'adam' })).toBe('unknown')
    expect(await uploads.open(upload.id, { ...NORA, conversation: elsewhere })).toBe('unknown')
    expect(await uploads.open('nothing', NORA)).toBe('unknown')
    expect(await uploads.open(upload.id, NORA)).toMatchObject({ kind: 'file' })
  })

  it('is refused where it is not what was announced, and may then be sent as it was', async () => {
    const { uploads, announce } = await startUploads()
    const upload = await announce(5)
    expect(await put(upload, 'hello', { 'content-type': 'text/html' })).toEqual({ status: 415, code: 'WRONG_TYPE' })
    expect(await put(upload, 'hello!')).toEqual({ status: 413, code: 'TOO_LARGE' })
    expect(await put(upload, 'hell')).toEqual({ status: 400, code: 'TOO_SMALL' })
    expect(await put(upload, inChunks(Buffer.from('hello!')))).toEqual({ status: 413, code: 'TOO_LARGE' })
    expect(await put(upload, inChunks(Buffer.from('hell')))).toEqual({ status: 400, code: 'TOO_SMALL' })
    expect(await uploads.open(upload.id, NORA)).toBe('incomplete')
    expect(await put(upload, 'hello', { 'content-type': 'Image/PNG' })).toEqual({ status: 204, code: null })
    expect(String(await contentOf(await uploads.open(upload.id, NORA)))).toBe('hello')
  })

  it('is refused when it comes twice', async () => {
    const { uploads, announce } = await startUploads()
    const upload = await announce(5)
    await put(upload, 'hello')
    expect(await put(upload, 'other')).toEqual({ status: 409, code: 'UPLOAD_TAKEN' })
    expect(String(await contentOf(await uploads.open(upload.id, NORA)))).toBe('hello')
  })

  it('is refused where there is none, by any other method, and while nothing can be stored', async () => {
    const { store, announce } = await startUploads()
    const upload = await announce(5)
    expect(await put({ ...upload, url: `${upload.url}x` }, 'hello')).toEqual({ status: 404, code: 'UPLOAD_UNKNOWN' })
    const got = await fetch(upload.url)
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'PUT'])
    vi.spyOn(store, 'begin').mockRejectedValueOnce(new LogUnavailable('away'))
    expect(await put(upload, 'hello')).toEqual({ status: 503, code: 'UNAVAILABLE' })
    vi.spyOn(store, 'begin').mockResolvedValueOnce('full')
    expect(await put(upload, 'hello')).toEqual({ status: 507, code: 'NO_ROOM' })
    expect(await put(upload, 'hello')).toEqual({ status: 204, code: null })
  })

  it('that never ends is cut off as soon as it is longer than announced', async () => {
    const { announce, url } = await startUploads()
    const upload = await announce(1_000)
    const path = new URL(upload.url).pathname
    const head = [
      `PUT ${path} HTTP/1.1`,
      'Host: gateway.example.com',
      'Content-Type: image/png',
      'Transfer-Encoding: chunked',
    ]
    const answer = await exchange(url, head, Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(600_000)]))
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
  })

  it('that comes too slowly is cut off, and may be sent again', async () => {
    const { announce, url } = await startUploads(300)
    const upload = await announce(1_000)
    const path = new URL(upload.url).pathname
    const head = [`PUT ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: image/png', 'Content-Length: 1000']
    expect(await exchange(url, head, Buffer.alloc(10))).toMatch(/^HTTP\/1.1 408 /)
    expect(await put(upload, Buffer.alloc(1_000))).toEqual({ status: 204, code: null })
  })

  it('whose sender hangs up may be sent again', async () => {
    const { store, uploads, announce, url } = await startUploads()
    const begin = vi.spyOn(store, 'begin')
    const upload = await announce(1_000)
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const path = new URL(upload.url).pathname
    socket.write(
      `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\nabc`,
    )
    await vi.waitFor(() => expect(begin).toHaveBeenCalled())
    expect(await put(upload, Buffer.alloc(1_000))).toMatchObject({ status: 409 })
    socket.destroy()
    await vi.waitFor(async () => expect(await put(upload, Buffer.alloc(1_000))).toMatchObject({ status: 204 }))
    expect(await contentOf(await uploads.open(upload.id, NORA))).toHaveLength(1_000)
  })

  it('for which there could never be room is refused before it is sent', async () => {
    const { announce } = await startUploads()
    await expect(announce(2 ** 40)).rejects.toMatchObject({
      code: 'INVALID',
      facts: { issues: [{ path: ['sizeBytes'] }] },
    })
  })
})
