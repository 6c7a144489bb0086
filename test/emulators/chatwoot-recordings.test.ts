import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TOKENS } from '../../providers/chatwoot/emulator/index.ts'
import { type Answer, type Desk, type Json, openDesk } from './chatwoot-desk.ts'
import { Corpus, outlineProblems } from './chatwoot-shape.ts'

interface Recorded {
  readonly n: number
  readonly name: string
  readonly request: { readonly method: string; readonly path: string; readonly as: string } & Json
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly text?: string
    readonly body?: any
  }
}

/** Recorded reads that have no counterpart here, and why. */
const NOT_SERVED: readonly { readonly path: RegExp; readonly because: string }[] = [
  { path: /^\/public\//, because: 'the client API is the side of the end user' },
  { path: /^\/api\/v1\/widget\//, because: 'the widget is the side of the end user' },
]

/** Differences in shape that are right, and why. */
const EXCEPTIONS: readonly { readonly difference: RegExp; readonly because: string }[] = [
  {
    difference: /(messages\[0\]|last_non_activity_message)\.attachments/,
    because: 'no recorded conversation ended with a file; socket frames show the key at this place',
  },
  {
    difference: /(messages\[0\]|last_non_activity_message|secondary_actor)\.source_id: is string, recorded as null/,
    because: 'the channels that give their messages ids were not recorded',
  },
  {
    difference: /^\$\.payload\[\d+\]\.(width|height): is integer, recorded as null/,
    because: 'the picture of the recording was deleted before attachments were listed',
  },
  {
    difference: /^\$\.meta\.(agent|assignee)_last_seen_at: is ISO time, recorded as null/,
    because: 'no messages were listed in the recording after an agent had looked; the views write times so',
  },
  {
    difference: /primary_actor\.meta\.(assignee|assignee_type|team): is \w+, recorded as null/,
    because: 'the recorded notification was of an unassigned conversation; webhooks show the form',
  },
  { difference: /inbox\.provider: is string, recorded as null/, because: 'only WhatsApp inboxes have one' },
]

const RECORDED: readonly Recorded[] = readFileSync(new URL('../fixtures/chatwoot/rest.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line))

const READS = RECORDED.filter(
  ({ request }) =>
    (request.method === 'GET' || /\/filter(\?|$)/.test(request.path)) &&
    !NOT_SERVED.some(({ path }) => path.test(request.path)),
)

const corpus = new Corpus()
for (const { response } of RECORDED) corpus.learn(response.body)

describe('the Chatwoot emulator beside recordings of a real server', () => {
  let desk: Desk
  let all: readonly Answer['body'][]

  beforeAll(async () => {
    desk = await openDesk()
    all = await desk.allConversations()
  })
  afterAll(() => desk.emulator.close())

  it('has something to compare with', () => {
    expect(READS.length).toBeGreaterThan(120)
  })

  it.each(READS.map((entry) => [entry.n, entry.name, entry] as const))(
    'answers like recording %i, %s',
    async (_, __, entry) => {
      const path = await counterpart(entry, desk, all)
      const init = { method: entry.request.method, headers: headersFor(entry), ...bodyFor(entry, all) }
      const first = await desk.request(path, init)
      const answer = entry.response.status === 304 ? await again(desk, path, init, first) : first
      compare(entry, answer)
    },
  )

  it('needs each of the exceptions that it makes', () => {
    expect(EXCEPTIONS.filter(({ because }) => !needed.has(because))).toEqual([])
  })
})

function compare({ response }: Recorded, answer: Answer): void {
  expect(answer.status).toBe(response.status)
  expect(answer.headers.get('content-type')).toBe(response.headers['content-type'] ?? null)
  expect(answer.headers.get('cache-control')).toBe(response.headers['cache-control'] ?? null)
  expect(answer.headers.has('etag')).toBe('etag' in response.headers)
  for (const name of ['x-request-id', 'x-runtime', 'vary']) expect(answer.headers.has(name)).toBe(true)
  if (response.text !== undefined) expect(answer.text).toBe(response.text)
  if (response.body === undefined) return
  if (response.status >= 400) {
    expect(answer.body).toEqual(response.body)
    return
  }
  expect(outlineProblems(response.body, answer.body)).toEqual([])
  const differences = corpus.differences(withoutUnrecordedInboxes(answer.body))
  expect(differences.filter((one) => !isExpected(one))).toEqual([])
}

const needed = new Set<string>()

function isExpected(difference: string): boolean {
  const exception = EXCEPTIONS.find((one) => one.difference.test(difference))
  if (exception !== undefined) needed.add(exception.because)
  return exception !== undefined
}

/** The recorded server had API and widget inboxes only, and settings differ from channel to channel. */
function withoutUnrecordedInboxes(body: Answer['body']): Answer['body'] {
  if (body.payload?.[0]?.working_hours === undefined) return body
  const known = ['Channel::Api', 'Channel::WebWidget']
  return { payload: body.payload.filter((inbox: Answer['body']) => known.includes(inbox.channel_type)) }
}

async function again(desk: Desk, path: string, init: RequestInit, first: Answer): Promise<Answer> {
  const headers = { ...(init.headers as Record<string, string>), 'if-none-match': first.headers.get('etag') ?? '' }
  return desk.request(path, { ...init, headers })
}

function headersFor({ name, request }: Recorded): Readonly<Record<string, string>> {
  const own = Object.fromEntries(
    Object.entries((request.headers ?? {}) as Record<string, string>).filter(([key]) => key !== 'if-none-match'),
  )
  const people: Readonly<Record<string, string>> = {
    admin: TOKENS.nora,
    agent: TOKENS.piet,
    outsider: TOKENS.quinn,
    other: TOKENS.stranger,
    bot: TOKENS.bot,
    nobody: name === 'wrong token' ? 'nonsense' : '',
  }
  const token = people[request.as] ?? ''
  const spelling = name === 'underscored header' ? 'api_access_token' : 'api-access-token'
  return { accept: 'application/json', ...(token === '' ? {} : { [spelling]: token }), ...own }
}

/** The same question about something of like nature that is there. */
async function counterpart(
  { request, response }: Recorded,
  desk: Desk,
  all: readonly Answer['body'][],
): Promise<string> {
  const tour = all.find(({ custom_attributes }) => custom_attributes.order === 'A-1')
  const long = all.find(({ unread_count, meta }) => unread_count === 10 && meta.channel === 'Channel::Api')
  if (request.path.startsWith('/rails/')) return fileCounterpart(request.path, desk, tour.id)
  const own = request.path.replace('/accounts/5', '/accounts/1').replace('inbox_id=7', 'inbox_id=6')
  const numbered = own.replace(/\/conversations\/(\d+)/, (whole, id) => {
    if (id === '999999' || response.status === 404) return '/conversations/999999'
    const named: Readonly<Record<string, number>> = { 1: tour.id, 5: long.id }
    const alike = request.path.endsWith(`/conversations/${id}`) ? likeConversation(response.body, all) : undefined
    return `/conversations/${alike?.id ?? named[id] ?? tour.id ?? whole}`
  })
  const { payload } = (
    await desk.get(`/conversations/${numbered.match(/\d+(?=\/messages)/)?.[0] ?? tour.id}/messages?after=0`)
  ).body
  return numbered.replace(/(before|after)=(\d{3})/g, (_, key, id) => {
    const place = request.path.includes('/conversations/5/') ? Number(id) - 260 : Number(id) - 205
    return `${key}=${payload[place]?.id ?? payload.at(-1)?.id}`
  })
}

/** A conversation with the same optional parts, or any where the recording left the body out. */
function likeConversation(recorded: Answer['body'], all: readonly Answer['body'][]): Answer['body'] | undefined {
  if (recorded?.meta?.sender === undefined) return undefined
  const nature = (conversation: Answer['body']) =>
    JSON.stringify([
      conversation.meta.assignee_type,
      conversation.meta.team !== undefined,
      conversation.snoozed_until !== null,
      conversation.muted,
      conversation.messages[0]?.sender_type,
    ])
  const alike = all.find((one) => nature(one) === nature(recorded))
  return alike ?? all.find(({ meta }) => meta.assignee_type === recorded.meta.assignee_type)
}

async function fileCounterpart(path: string, desk: Desk, conversation: number): Promise<string> {
  const { payload } = (await desk.get(`/conversations/${conversation}/attachments`)).body
  const picture = payload.find((one: Json) => one.file_type === 'image')
  return new URL(path.includes('/representations/') ? picture.thumb_url : picture.data_url).pathname
}

function bodyFor({ request }: Recorded, all: readonly Answer['body'][]): { readonly body?: string } {
  if (request.method !== 'POST') return {}
  const tour = all.find(({ custom_attributes }) => custom_attributes.order === 'A-1')
  const text = JSON.stringify(request.body)
    .replace('alan@reader.example', 'alan@example.com')
    .replace('crm-1', 'crm-ada')
    .replace('crm-2', 'crm-alan')
    .replace('1af19d11-4a49-4ec8-bf01-50f1546f53a0', tour.messages[0].conversation.contact_inbox.source_id)
  return { body: text }
}
