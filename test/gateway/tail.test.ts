import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { parse, validate } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { schema } from '../../schema/index.ts'
import { TailRefused, tail } from '../../src/tail.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

interface Asked {
  readonly query: string
  readonly variables: { readonly after: string | null }
}

/** Answers one request after the other in its own way; the last way again and again. */
async function startAnswering(...answers: readonly Answer[]): Promise<{ url: string; asked: Asked[]; server: Server }> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    asked.push((await json(request)) as Asked)
    answers[Math.min(asked.length, answers.length) - 1]?.(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, asked, server }
}

const event = (data: unknown) => `event: next\ndata: ${JSON.stringify(data)}\n\n`
const item = (cursor: string) => event({ data: { conversationEvents: { __typename: 'MessageAdded', cursor } } })

function open(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream' })
}

/** Follows until so many lines were printed. */
async function follow(url: string, count: number): Promise<{ lines: string[]; notes: string[] }> {
  const lines: string[] = []
  const notes: string[] = []
  const ending = new AbortController()
  onTestFinished(() => ending.abort())
  const print = (line: string) => {
    if (lines.push(line) === count) ending.abort()
  }
  await tail({ url, print, note: (text) => notes.push(text), signal: ending.signal, pauseMs: 5 })
  return { lines, notes }
}

describe('tail', () => {
  it('asks what the schema knows', async () => {
    const { url, asked } = await startAnswering((response) => void open(response).write(item('1')))
    await follow(url, 1)
    expect(validate(schema, parse(asked[0]!.query))).toEqual([])
  })

  it('prints an item as one line of JSON, however it is cut on its way', async () => {
    const pieces = [...Buffer.from(`:\n\n${item('é1')}${item('2')}`)]
    const { url } = await startAnswering((response) => {
      open(response)
      for (const byte of pieces) response.write(Uint8Array.of(byte))
    })
    const { lines } = await follow(url, 2)
    expect(lines).toEqual(['{"__typename":"MessageAdded","cursor":"é1"}', '{"__typename":"MessageAdded","cursor":"2"}'])
  })

  it('goes on behind the last item when the stream is cut, ends or cannot be had for a while', async () => {
    const { url, asked } = await startAnswering(
      (response) => void open(response).write(item('1'), () => response.destroy()),
      (response) => void response.writeHead(503).end(),
      (response) => void open(response).end(`${item('2')}event: complete\ndata:\n\n`),
      (response) => void open(response).write(item('3')),
    )
    const { lines, notes } = await follow(url, 3)
    expect(lines.map((line) => JSON.parse(line).cursor)).toEqual(['1', '2', '3'])
    expect(asked.map(({ variables }) => variables.after)).toEqual([null, '1', '1', '2'])
    expect(notes).toHaveLength(3)
    expect(notes[1]).toContain('HTTP 503')
  })

  it('does not try again where the gateway refuses', async () => {
    const errors = event({ errors: [{ message: 'there is no such field' }] })
    const streaming = await startAnswering((response) => void open(response).end(errors))
    await expect(follow(streaming.url, 1)).rejects.toThrow(/there is no such field/)
    const refusing = await startAnswering((response) => void response.writeHead(404).end())
    await expect(follow(refusing.url, 1)).rejects.toThrow(TailRefused)
    expect(streaming.asked.length + refusing.asked.length).toBe(2)
  })

  it('waits for a gateway that is not there yet', async () => {
    const { url, server } = await startAnswering((response) => void open(response).write(item('1')))
    const { port } = new URL(url)
    server.close()
    await once(server, 'close')
    setTimeout(() => server.listen(Number(port), '127.0.0.1'), 50)
    const { lines, notes } = await follow(url, 1)
    expect(lines).toHaveLength(1)
    expect(notes[0]).toContain('ECONNREFUSED')
  })
})
