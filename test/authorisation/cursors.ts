import { accountId, conversationId, personId } from '../../schema/global-id.ts'
import { Asker } from './asker.ts'
import { Entitlement } from './entitlement.ts'
import { leaksIn } from './judge.ts'
import { listen } from './listeners.ts'
import type { Finding } from './matrix.ts'
import type { MatrixViewer, TenantAccount, TenantWorld } from './tenants.ts'

export interface CursorResult {
  readonly replays: number
  readonly findings: readonly Finding[]
}

/** A list or stream that goes on behind a cursor. */
interface Way {
  readonly field: string
  /** With `$after`, and `$id` where it is about something. */
  readonly query: string
  readonly about: 'account' | 'conversation' | 'person' | 'nothing'
  readonly isStream?: boolean
}

const WAYS: readonly Way[] = [
  {
    field: 'Query.conversations',
    about: 'nothing',
    query: 'query ($after: String) { conversations(first: 1, after: $after) { nodes { id title } } }',
  },
  {
    field: 'Conversation.messages(after)',
    about: 'conversation',
    query:
      'query ($id: ID!, $after: String) { conversation(id: $id) { messages(first: 1, after: $after) { nodes { id text } } } }',
  },
  {
    field: 'Conversation.messages(before)',
    about: 'conversation',
    query:
      'query ($id: ID!, $after: String) { conversation(id: $id) { messages(last: 1, before: $after) { nodes { id text } } } }',
  },
  {
    field: 'Conversation.participants',
    about: 'conversation',
    query:
      'query ($id: ID!, $after: String) { conversation(id: $id) { participants(first: 1, after: $after) { nodes { id } } } }',
  },
  {
    field: 'Account.people',
    about: 'account',
    query:
      'query ($id: ID!, $after: String) { node(id: $id) { ... on Account { people(first: 1, after: $after) { nodes { id } } } } }',
  },
  {
    field: 'Person.conversations',
    about: 'person',
    query:
      'query ($id: ID!, $after: String) { node(id: $id) { ... on Person { conversations(first: 1, after: $after) { nodes { id } } } } }',
  },
  {
    field: 'Subscription.conversationEvents',
    about: 'nothing',
    isStream: true,
    query: 'subscription ($after: EventCursor) { conversationEvents(after: $after) { __typename } }',
  },
]

/** Has everybody go on where others stopped: nobody gets anything by that. */
export async function runCursors(world: TenantWorld, accounts = world.accounts): Promise<CursorResult> {
  const asker = new Asker(world.url)
  const findings: Finding[] = []
  let replays = 0
  for (const account of accounts) {
    const owners = world.viewers.filter(({ name }) => name.startsWith(`${account.key} `))
    for (const owner of owners) {
      const cursors = await cursorsOf(owner, account, asker)
      for (const other of othersThan(owner, account, world)) {
        for (const way of WAYS) {
          replays += cursors.length
          findings.push(...(await goOn(way, cursors, { owner, other, account }, world, asker)))
        }
      }
    }
  }
  return { replays, findings }
}

/** Those who may most in that account, other customers of it, and somebody from elsewhere. */
function othersThan(owner: MatrixViewer, { key }: TenantAccount, { viewers }: TenantWorld): readonly MatrixViewer[] {
  const others = viewers.filter((viewer) => viewer !== owner)
  const granted = others.filter(({ grants }) => grants.has(key))
  return [
    ...granted.filter(({ kind }) => kind === 'end-user'),
    ...granted.filter(({ kind }) => kind === 'admin' || kind === 'agent').slice(0, 2),
    ...others.filter(({ grants }) => !grants.has(key)).slice(0, 1),
  ]
}

interface Parties {
  readonly owner: MatrixViewer
  readonly other: MatrixViewer
  readonly account: TenantAccount
}

async function goOn(
  way: Way,
  cursors: readonly string[],
  { owner, other, account }: Parties,
  world: TenantWorld,
  asker: Asker,
): Promise<readonly Finding[]> {
  const id = subjectOf(way, owner, account)
  const who = new Entitlement(other, world)
  const findings: Finding[] = []
  for (const after of cursors) {
    const variables = { after, ...(id !== null && { id }) }
    const answer = way.isStream
      ? await firstOf(way, other, variables, world)
      : await asker.text(other, way.query, variables)
    const what = [
      ...leaksIn(answer, JSON.stringify(variables), who, world.canaries),
      ...(isRefused(answer) ? [] : ['it goes on']),
    ]
    if (what.length === 0) continue
    const { field } = way
    findings.push({
      sort: 'leak',
      field,
      kind: `cursor of ${owner.name}`,
      viewer: other.name,
      account: account.key,
      what,
      variables,
      answer,
    })
  }
  return findings
}

/** Not taken, or what it is about is not there for them, or nothing is. */
function isRefused(answer: string): boolean {
  return /"CURSOR_INVALID"|"FORBIDDEN"|"(?:conversation|node|people|conversations|participants|messages)":null/.test(
    answer,
  )
}

async function firstOf(way: Way, viewer: MatrixViewer, variables: object, { url }: TenantWorld): Promise<string> {
  const listening = listen(url, {
    viewer,
    transport: 'events',
    field: way.field,
    query: way.query,
    variables: { ...variables },
  })
  await listening.ready
  listening.close()
  return listening.texts.join('\n')
}

function subjectOf({ about }: Way, owner: MatrixViewer, { key, truth, customers }: TenantAccount): string | null {
  if (about === 'nothing') return null
  if (about === 'account') return accountId(key)
  const self = owner.grants.get(key) ?? customers[0]
  if (about === 'person') return personId({ kind: 'person', account: key, native: self })
  const { native = '' } = truth().conversations.find((conversation) => conversation.customers.includes(self)) ?? {}
  return conversationId({ kind: 'conversation', account: key, native })
}

/** One of each kind that they come by. */
async function cursorsOf(owner: MatrixViewer, account: TenantAccount, asker: Asker): Promise<readonly string[]> {
  const conversation = subjectOf({ field: '', query: '', about: 'conversation' }, owner, account)
  const text = await asker.text(
    owner,
    `query ($id: ID!) { conversations(first: 1) { eventCursor pageInfo { endCursor } }
      conversation(id: $id) { messages(last: 1) { pageInfo { startCursor } eventCursor } participants(first: 1) { pageInfo { endCursor } } }
      accounts { people(first: 1) { pageInfo { endCursor } } } }`,
    { id: conversation },
  )
  const found = [...text.matchAll(/"(?:eventCursor|endCursor|startCursor)":"([^"]+)"/g)].flatMap(
    ([, cursor]) => cursor ?? [],
  )
  if (found.length === 0) throw new Error(`${owner.name} comes by no cursor: ${text.slice(0, 300)}`)
  return [...new Set(found)]
}
