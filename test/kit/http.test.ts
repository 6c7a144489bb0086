import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import { Http } from '../../providers/kit/http.ts'
import { type CallContext, ProviderError } from '../../providers/port/index.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** An upstream that answers the n-th request with the n-th answer, the last one for ever. */
async function upstream(...answers: Answer[]) {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)]
    seen.push(request)
    answer?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const http = new Http({
    name: 'test account',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`,
    headers: () => ({ authorization: 'secret-of-the-account' }),
    errorOf: ({ status }, what) =>
      new ProviderError(status === 404 ? 'NOT_FOUND' : 'UNAVAILABLE', `${what}: ${status}`),
    maxInFlight: 4,
  })
  onTestFinished(async () => {
    await http.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { http, seen }
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
const hang: Answer = () => undefined
const reset: Answer = (request) => request.socket.resetAndDestroy()

function callOf(options: { forMs?: number; calls?: number; signal?: AbortSignal } = {}): CallContext {
  return {
    actor: { kind: 'service' },
    deadline: Date.now() + (options.forMs ?? 8_000),
    signal: options.signal ?? new AbortController().signal,
    budget: createCallBudget(options.calls ?? 100),
  }
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error) => (error instanceof ProviderError ? error.code : `not a ProviderError: ${error}`),
  )

describe('a read', () => {
  it('goes below the base URL with its query, lists repeated and undefined left out', async () => {
    const { http, seen } = await upstream(json({ ok: true }))
    const answer = await http.read({ path: '/rows', query: { page: 2, tag: ['a b', 'c'], none: undefined } }, callOf())
    expect(answer.body).toEqual({ ok: true })
    expect(seen[0]?.url).toBe('/base/rows?page=2&tag=a+b&tag=c')
    expect(seen[0]?.headers).toMatchObject({ accept: 'application/json', authorization: 'secret-of-the-account' })
  })

  it('keeps its connection for the next one', async () => {
    const { http, seen } = await upstream(json({}))
    for (let round = 0; round < 5; round += 1) await http.read({ path: '/' }, callOf())
    // undici opens a second one when the first is not quite done with its answer.
    expect(new Set(seen.map((request) => request.socket.remotePort)).size).toBeLessThanOrEqual(2)
  })

  it.each([
    ['a reset connection', reset],
    ['502', json({}, 502)],
    ['503', json({}, 503)],
    ['504', json({}, 504)],
  ])('is tried again after %s', async (_what, failure) => {
    const { http, seen } = await upstream(failure, json({ ok: true }))
    expect((await http.read({ path: '/' }, callOf())).body).toEqual({ ok: true })
    expect(seen).toHaveLength(2)
  })

  it('is tried three times at most', async () => {
    const { http, seen } = await upstream(json({}, 503))
    expect(await codeOf(http.read({ path: '/' }, callOf()))).toBe('UNAVAILABLE')
    expect(seen).toHaveLength(3)
  })

  it.each([400, 404, 422, 500])('is not tried again after %i', async (status) => {
    const { http, seen } = await upstream(json({}, status))
    await codeOf(http.read({ path: '/' }, callOf()))
    expect(seen).toHaveLength(1)
  })

  it('stops retrying when too many calls failed lately, and takes it up again after successes', async () => {
    const { http, seen } = await upstream(json({}, 503))
    for (let round = 0; round < 4; round += 1) await codeOf(http.read({ path: '/' }, callOf()))
    // Three tries, then two, then one each: five failures halve the budget of ten.
    expect(seen.length).toBeLessThanOrEqual(8)
  })

  it('ends at the deadline of its operation, even while the answer trickles', async () => {
    const trickle: Answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 20)
      response.once('close', () => clearInterval(timer))
    }
    const { http } = await upstream(trickle)
    const startedAt = Date.now()
    expect(await codeOf(http.read({ path: '/' }, callOf({ forMs: 300 })))).toBe('TIMEOUT')
    expect(Date.now() - startedAt).toBeLessThan(1_500)
  })

  it('ends when the caller gives up', async () => {
    const { http } = await upstream(hang)
    const controller = new AbortController()
    const reading = codeOf(http.read({ path: '/' }, callOf({ signal: controller.signal })))
    controller.abort()
    expect(await reading).toBe('TIMEOUT')
  })

  it('costs one of the budget, and nothing is sent without', async () => {
    const { http, seen } = await upstream(json({}))
    const call = callOf({ calls: 1 })
    await http.read({ path: '/' }, call)
    expect(await codeOf(http.read({ path: '/' }, call))).toBe('OVERLOADED')
    expect(seen).toHaveLength(1)
  })

  it('refuses an answer over 8 MiB', async () => {
    const huge: Answer = (_request, response) => {
      response.writeHead(200)
      response.end(Buffer.alloc(8 * 1024 * 1024 + 1, ' '))
    }
    const { http } = await upstream(huge)
    expect(await codeOf(http.read({ path: '/' }, callOf()))).toBe('MALFORMED')
  })

  it('says that an answer is not JSON without repeating it', async () => {
    const { http } = await upstream((_request, response) => void response.end('<html>secret</html>'))
    await expect(http.read({ path: '/x' }, callOf())).rejects.toThrow(/^GET \/x: the answer is not JSON$|is not JSON/)
    const error = await http.read({ path: '/x' }, callOf()).catch((caught: Error) => caught)
    expect(String(error)).not.toContain('secret')
  })

  it('refuses more at once than may be in flight and wait', async () => {
    const { http } = await upstream(hang)
    const reads = Array.from({ length: 9 }, () => codeOf(http.read({ path: '/' }, callOf({ forMs: 400 }))))
    expect((await Promise.all(reads)).filter((code) => code === 'OVERLOADED')).toHaveLength(1)
  })
})

describe('a provider that asks not to be called', () => {
  it('is not called before the time is over, and says how long that is', async () => {
    const { http, seen } = await upstream(json({}, 429, { 'retry-after': '60' }), json({ ok: true }))
    const first = await http.read({ path: '/' }, callOf()).catch((error: ProviderError) => error)
    expect(first).toMatchObject({ code: 'RATE_LIMITED', facts: { retryAfterMs: 60_000 } })
    const second = await http.read({ path: '/' }, callOf()).catch((error: ProviderError) => error)
    expect(second).toMatchObject({ code: 'RATE_LIMITED' })
    expect(seen).toHaveLength(1)
  })

  it('is waited for when that ends before the deadline', async () => {
    const { http, seen } = await upstream(json({}, 429, { 'retry-after': '0.2' }), json({ ok: true }))
    expect(await codeOf(http.read({ path: '/' }, callOf()))).toBe('RATE_LIMITED')
    expect((await http.read({ path: '/' }, callOf())).body).toEqual({ ok: true })
    expect(seen).toHaveLength(2)
  })

  it('closes only the quota that ran out', async () => {
    const { http } = await upstream(json({}, 429, { 'retry-after': '60' }), json({ ok: true }))
    expect(await codeOf(http.read({ path: '/', quota: 'search' }, callOf()))).toBe('RATE_LIMITED')
    expect(await codeOf(http.read({ path: '/' }, callOf()))).toBe('answered')
  })
})

describe('a provider that keeps failing', () => {
  it('is left alone for a while', async () => {
    const { http, seen } = await upstream(json({}, 500))
    const codes: string[] = []
    for (let round = 0; round < 20; round += 1) codes.push(await codeOf(http.read({ path: '/' }, callOf())))
    expect(codes.at(-1)).toBe('CIRCUIT_OPEN')
    expect(seen.length).toBeLessThan(20)
  })

  it('is not given up for what the caller did wrong', async () => {
    const { http, seen } = await upstream(json({}, 404))
    for (let round = 0; round < 30; round += 1)
      expect(await codeOf(http.read({ path: '/' }, callOf()))).toBe('NOT_FOUND')
    expect(seen).toHaveLength(30)
  })
})
