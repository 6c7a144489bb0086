import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { getIntrospectionQuery } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { startTestWorld, startWorld, type World } from '../support/world.ts'
import { openSocket } from './raw-streams.ts'
import { codesOf, post, TRANSPORTS } from './transports.ts'

const ELSEWHERE = 'https://elsewhere.example'
const APP = 'https://app.example.com'
const HTML = 'text/html; charset=utf-8'
const ways = Object.entries(TRANSPORTS)

interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** As a browser may: fetch would not send every header. */
function send(url: string, method: string, headers: Record<string, string>, body = ''): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, async (answer) => {
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

describe('a page of another site', () => {
  /** Everything that a browser sends without asking first. */
  const TYPES = [
    undefined,
    'text/plain',
    'text/plain; charset=utf-8',
    'text/plain; a=application/json',
    'text/plain;application/json',
    'TEXT/PLAIN',
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=application/json',
    'multipart/form-data; boundary=x',
    'multipart/form-data; boundary=application/json',
  ]
  const ACCEPTS = ['*/*', 'application/json', 'text/html', 'text/event-stream']

  async function mutationIn(world: World): Promise<{ query: string; variables: object }> {
    const { data } = await world.ask('{ conversations(first: 1, filter: { providers: [CHATWOOT] }) { nodes { id } } }')
    const input = {
      conversationId: data.conversations.nodes[0].id,
      clientMessageId: 'csrf',
      text: 'sent by a stranger',
    }
    const query = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }`
    return { query, variables: { input } }
  }

  function bodiesOf({ query, variables }: { query: string; variables: object }): readonly string[] {
    const json = JSON.stringify({ query, variables })
    const form = String(new URLSearchParams({ query, variables: JSON.stringify(variables) }))
    const parts = `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${json}\r\n--x--\r\n`
    return [json, form, parts]
  }

  test('changes nothing by any request that a browser sends without asking first', async () => {
    const world = await startTestWorld({ settings: { origins: [APP] } })
    const mutation = await mutationIn(world)
    const bodies = bodiesOf(mutation)
    const address = `${world.url}?${new URLSearchParams({ query: mutation.query, variables: JSON.stringify(mutation.variables) })}`
    const answers: RawAnswer[] = []
    const requests = await world.count(async () => {
      for (const accept of ACCEPTS) {
        for (const type of TYPES) {
          const headers = { origin: ELSEWHERE, accept, ...(type !== undefined && { 'content-type': type }) }
          for (const body of bodies) answers.push(await send(world.url, 'POST', headers, body))
          answers.push(await send(address, 'POST', headers, ''))
        }
        for (const method of ['GET', 'HEAD']) answers.push(await send(address, method, { origin: ELSEWHERE, accept }))
      }
    })
    expect(answers.length).toBeGreaterThan(150)
    expect(Object.values(requests).flat()).toEqual([])
    for (const { status, headers } of answers) {
      expect([405, 415, 200]).toContain(status)
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
    // The page of GraphiQL does not run what its address says.
    const run = answers.filter(({ status, headers }) => status === 200 && headers['content-type'] !== HTML)
    expect(run).toEqual([])
    const sent = await world.ask(mutation.query, mutation.variables)
    expect(sent.data.sendMessage.__typename).toBe('SendMessageSuccess')
  })

  test('may read answers only where its origin is listed, to the letter', async () => {
    const { url } = await startTestWorld({ settings: { origins: [APP] } })
    const body = JSON.stringify({ query: '{ viewer { kind } }' })
    const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
    const others = [ELSEWHERE, 'null', 'http://app.example.com', `${APP}:444`, `${APP}.elsewhere.example`, `${APP}/`]
    for (const origin of [...others, 'https://APP.example.com', 'https://xapp.example.com', '*']) {
      const answers = [
        await send(url, 'POST', { origin, 'content-type': 'application/json' }, body),
        await send(url, 'OPTIONS', { origin, ...preflight }),
      ]
      for (const { headers } of answers) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
        expect(headers.vary).toBe('Origin')
      }
    }
    const asked = await send(url, 'OPTIONS', { origin: APP, ...preflight })
    expect(asked).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': APP, 'access-control-allow-headers': /authorization/ },
    })
    const answered = await send(url, 'POST', { origin: APP, 'content-type': 'application/json' }, body)
    expect(answered.headers['access-control-allow-origin']).toBe(APP)
    for (const { headers } of [asked, answered]) {
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
    }
  })

  test('opens a socket only where its origin is listed, and is told so before it is open', async () => {
    const { url } = await startTestWorld({ settings: { origins: [APP] } })
    for (const origin of [ELSEWHERE, 'null', `${APP}:444`, 'http://127.0.0.1:1']) {
      await expect(openSocket(url, { origin })).rejects.toThrow('Unexpected server response: 403')
    }
    await openSocket(url, { origin: APP })
    await openSocket(url, { origin: new URL(url).origin })
  })
})

describe('what a browser is told', () => {
  test.each(['/', '/graphql', '/livez', '/nowhere', '/metrics'])(
    '%s is for no other page, and as it says',
    async (path) => {
      const world = await startTestWorld()
      const { headers } = await fetch(new URL(path, world.url), { headers: { accept: 'text/html' } })
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-site',
        'cache-control': 'no-store',
      })
      expect([...headers.keys()]).not.toContain('x-powered-by')
    },
  )

  test.each(['/', '/graphql'])('the page at %s may run nothing but what stands in it', async (path) => {
    const world = await startTestWorld()
    const answer = await fetch(new URL(path, world.url), { headers: { accept: 'text/html' } })
    expect(answer.headers.get('content-type')).toBe(HTML)
    const policy = new Map(
      (answer.headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ')
        return [name, sources]
      }),
    )
    for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors']) {
      expect(policy.get(name)).toEqual(["'none'"])
    }
    for (const source of policy.get('script-src') ?? ['nothing']) expect(source).toMatch(/^'(none|sha256-.*)'$/)
    expect(policy.get('connect-src') ?? ["'self'"]).toEqual(["'self'"])
  })
})

describe('where one may not look around', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { explorer: false } })
    return () => world.close()
  })

  test.each(ways)('the schema is told to nobody over %s', async (_way, ask) => {
    for (const query of [
      getIntrospectionQuery(),
      '{ __schema { types { name } } }',
      '{ __type(name: "Query") { name } }',
      '{ ...F } fragment F on Query { __type(name: "Query") { fields { name } } }',
      'subscription { conversationEvents { __typename } __schema { types { name } } }',
    ]) {
      const { data = null, errors = [] } = await ask(world.url, { query })
      expect(data).toBeNull()
      expect(errors.length).toBeGreaterThan(0)
    }
    expect(await ask(world.url, { query: '{ __typename }' })).toEqual({ data: { __typename: 'Query' } })
  })

  const MISSPELT: readonly (readonly [string, string, object?])[] = [
    ['a field', '{ acounts { id } }'],
    ['a type', '{ node(id: "x") { ... on Conversatio { id } } }'],
    ['an argument', '{ conversations(frist: 1) { nodes { id } } }'],
    ['an enum value', '{ conversations(filter: { providers: [CHATWOO] }) { nodes { id } } }'],
    ['an input field', '{ conversations(filter: { provider: [CHATWOOT] }) { nodes { id } } }'],
    ['a directive', '{ accounts @inclde(if: true) { id } }'],
    [
      'an enum value in a variable',
      'query ($p: [Provider!]) { conversations(filter: { providers: $p }) { nodes { id } } }',
      { p: ['CHATWOO'] },
    ],
    [
      'an input field in a variable',
      'query ($f: ConversationFilter) { conversations(filter: $f) { nodes { id } } }',
      { f: { provider: ['CHATWOOT'] } },
    ],
    [
      'an input field in a variable of a subscription',
      'subscription ($f: EventFilter) { conversationEvents(filter: $f) { __typename } }',
      { f: { kind: [] } },
    ],
  ]

  test.each(ways)('nobody is told over %s what else they may have meant', async (_way, ask) => {
    for (const [what, query, variables] of MISSPELT) {
      // Interpreted the first time, then compiled.
      for (let time = 0; time < 3; time += 1) {
        const { errors = [] } = await ask(world.url, { query, ...(variables && { variables }) })
        expect(errors.length, what).toBeGreaterThan(0)
        expect(JSON.stringify(errors), what).not.toContain('Did you mean')
      }
    }
  })

  test('there is no GraphiQL, and nothing is asked by an address but streams', async () => {
    const page = await fetch(world.url, { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('allow')]).toEqual([405, 'POST'])
    expect(codesOf((await page.json()) as never)).toEqual(['METHOD_NOT_ALLOWED'])
    const stream = 'subscription { conversationEvents { __typename } }'
    for (const query of ['{ __typename }', stream]) {
      expect((await fetch(`${world.url}?${new URLSearchParams({ query })}`)).status).toBe(405)
    }
    const headers = { accept: 'text/event-stream' }
    const answer = await fetch(`${world.url}?${new URLSearchParams({ query: stream })}`, { headers })
    expect(answer.status).toBe(200)
    await answer.body?.cancel()
  })

  test('what goes wrong is told without where', async () => {
    for (const body of ['{', '{"query":1}', '[]', 'null', '{"query":"{"}', '{"query":"{ node(id: 1e999) { id } }"}']) {
      const answer = await fetch(world.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      expect(answer.status).toBeLessThan(500)
      expect(await answer.text()).not.toMatch(/node_modules|\.ts:|\.js:|at \w+ \(|stacktrace|exception/i)
    }
  })
})

test.each(['variables', 'extensions'])('%s in an address that are no JSON are told to be none', async (name) => {
  const world = await startTestWorld()
  const about = (value: string) =>
    fetch(`${world.url}?${new URLSearchParams({ query: '{ __typename }' })}&${name}=${value}`)
  for (const value of ['{', '%7B', '[', 'x', '{}}']) {
    const answer = await about(value)
    expect([answer.status, codesOf((await answer.json()) as never)]).toEqual([400, ['BAD_REQUEST']])
  }
  for (const value of ['{}', '', 'null', '{"a":"?"}']) expect((await about(value)).status).toBe(200)
})

/** The thirteen things that graphql-cop looks for, as it looks for them. */
describe('an inspection as graphql-cop makes it', () => {
  let url: string
  beforeAll(async () => {
    const world = await startWorld({ settings: { explorer: false } })
    url = world.url
    return () => world.close()
  })

  const ask = async (body: unknown) => (await post(url, body as object)).json() as Promise<any>
  const byGet = (query: string) => fetch(`${url}?${new URLSearchParams({ query })}`)

  test('finds no suggestions of fields', async () => {
    const { errors } = await ask({ query: 'query cop { __schema { directive } }' })
    expect(JSON.stringify(errors)).not.toContain('Did you mean')
  })

  test('finds no introspection', async () => {
    const { data } = await ask({ query: 'query cop { __schema { types { name fields { name } } } }' })
    expect(data?.__schema).toBeUndefined()
  })

  test('finds no GraphiQL or playground', async () => {
    for (const path of ['/', '/graphql', '/graphiql', '/playground', '/console', '/graphql/console', '/altair']) {
      const page = await (await fetch(new URL(path, url), { headers: { accept: 'text/html' } })).text()
      expect(page).not.toMatch(/graphiql|graphql.playground|altair/i)
    }
  })

  test('finds no tracing', async () => {
    const answer = await post(url, { query: 'query cop { __typename }' }, { 'x-apollo-tracing': '1' })
    const { extensions, errors = [] } = (await answer.json()) as any
    expect(extensions?.tracing ?? errors[0]?.extensions?.tracing).toBeUndefined()
  })

  test('finds no queries by GET', async () => {
    expect((await byGet('query cop { __typename }')).status).toBe(405)
  })

  test('finds no mutations by GET', async () => {
    expect((await byGet('mutation cop { __typename }')).status).toBe(405)
  })

  test('finds no operations in forms', async () => {
    const body = new URLSearchParams({ query: 'query cop { __typename }' })
    expect((await fetch(url, { method: 'POST', body })).status).toBe(415)
  })

  test('finds no error that nobody handled', async () => {
    const { errors } = await ask({ query: 'qwerty cop { abc }' })
    expect(JSON.stringify(errors)).not.toMatch(/exception|stacktrace/i)
    expect(errors[0].extensions.code).toBe('GRAPHQL_PARSE_FAILED')
  })

  test('finds no room for 101 aliases', async () => {
    const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}: __typename`).join(' ')
    expect(await ask({ query: `query cop { ${aliases} }` })).not.toHaveProperty('data')
  })

  test('finds no batches', async () => {
    const answer = await ask(Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' })))
    expect(Array.isArray(answer)).toBe(false)
    expect(answer).not.toHaveProperty('data')
  })

  test('finds no room for ten directives at one place', async () => {
    const { data, errors } = await ask({ query: 'query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }' })
    expect(data).toBeUndefined()
    expect(errors.length).toBeLessThan(10)
  })

  test('finds no circle in introspection', async () => {
    const circle = `${'fields { type { '.repeat(5)} name ${'} } '.repeat(5)}`
    expect(await ask({ query: `query cop { __schema { types { ${circle} } } }` })).not.toHaveProperty('data')
  })

  test('finds no room for a field 500 times', async () => {
    expect(await ask({ query: `query cop { ${'__typename '.repeat(500)} }` })).not.toHaveProperty('data')
  })
})
