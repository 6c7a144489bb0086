import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningDemo, startDemoGateway } from '../gateway/demo-gateway.ts'
import { openEventSource, openSocket } from '../gateway/raw-streams.ts'

/** What drawn cases have found once, each as small as it could be made. */
describe('a gateway that is treated badly in a known way', () => {
  let gateway: RunningDemo
  beforeAll(async () => {
    gateway = await startDemoGateway()
  })
  afterAll(() => gateway.close())

  const SKIPPED = [
    'subscription { conversationEvents @skip(if: true) { __typename } }',
    'subscription { ... @include(if: false) { conversationEvents { __typename } } }',
    'subscription { ...Root } fragment Root on Subscription { ... { conversationEvents @skip(if: true) { __typename } } }',
    'subscription { ...Root @skip(if: true) } fragment Root on Subscription { conversationEvents { __typename } }',
  ]

  it('refuses subscriptions that would be to nothing', async () => {
    for (const query of SKIPPED) {
      const stream = await openEventSource(gateway.endpoint, query)
      const message = expect.stringContaining('neither skipped nor included')
      expect(await stream.next(), query).toMatchObject({ data: { errors: [{ message }] } })
    }
  })

  it('refuses cursors that are no text', async () => {
    const asked = [
      ['subscription { conversationEvents(after: 9) { __typename } }', {}],
      ['subscription ($at: EventCursor) { conversationEvents(after: $at) { __typename } }', { at: 1 }],
      ['subscription ($at: EventCursor) { conversationEvents(after: $at) { __typename } }', { at: { a: [] } }],
    ] as const
    for (const [query, variables] of asked) {
      const stream = await openEventSource(gateway.endpoint, query, { variables })
      const message = expect.stringContaining('An event cursor is a text.')
      expect(await stream.next()).toMatchObject({ data: { errors: [{ message }] } })
    }
  })

  it('tells of so many mistakes in a long document and no more', async () => {
    const fields = Array.from({ length: 500 }, (_, index) => `nothing${index}`).join('\n'.repeat(150))
    const answer = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ ${fields} }` }).replaceAll('\\n', ','),
    })
    const { errors } = (await answer.json()) as { errors: readonly unknown[] }
    // The last one says that there are more.
    expect(errors).toHaveLength(21)
  })

  it('closes a socket that repeats a long id with the code for that', async () => {
    const { socket, closed, send } = await openSocket(gateway.endpoint)
    const id = 'ü'.repeat(500)
    const subscribe = {
      type: 'subscribe',
      id,
      payload: { query: 'subscription { conversationEvents { __typename } }' },
    }
    send(subscribe)
    send(subscribe)
    expect(await closed).toMatchObject({ code: 4409, reason: expect.stringMatching(/^Subscriber for ü+…$/) })
    socket.terminate()
  })

  it('closes a socket on which a client says what a server says with the code for that', async () => {
    for (const type of ['connection_ack', 'next', 'error']) {
      const { closed, send } = await openSocket(gateway.endpoint)
      send({ type, id: '1', payload: type === 'error' ? [{ message: 'x' }] : {} })
      expect(await closed).toMatchObject({ code: 4400 })
    }
  })

  it('says in JSON that it has nothing of what is accepted', async () => {
    for (const accept of [',,,', ';q=', 'image/png', 'application/graphql-response+json;charset=utf-16']) {
      const answer = await post({ accept, 'content-type': 'application/json' })
      expect(answer.status, accept).toBe(406)
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] })
    }
  })

  it('knows JSON in any spelling of its name', async () => {
    const answer = await post({ accept: 'application/json', 'content-type': 'APPLICATION/JSON; Charset=UTF-8' })
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } })
  })

  function post(headers: Record<string, string>): Promise<Response> {
    return fetch(gateway.endpoint, { method: 'POST', headers, body: '{"query":"{ __typename }"}' })
  }
})
