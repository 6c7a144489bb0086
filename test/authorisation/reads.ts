import { parseGlobalId } from '../../schema/global-id.ts'
import { schema } from '../../schema/index.ts'
import { selectionsOf, shallow } from './documents.ts'
import type { Harvest } from './harvest.ts'

/** One operation, to be asked by somebody. */
export interface Question {
  /** Such as `Query.node`. */
  readonly field: string
  /** What is of one kind: a short run asks some of each. */
  readonly kind: string
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Everything that can be asked about one account, whoever asks: for each field of Query those cases that its name stands for. */
export function readsOf(harvest: Harvest): readonly Question[] {
  return Object.keys(schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
    const make = READS[field]
    if (make === undefined) throw new Error(`Query.${field} has no case in the matrix of authorisation`)
    return make(harvest).map((question) => ({ ...question, field: `Query.${field}` }))
  })
}

type Reads = (harvest: Harvest) => readonly Omit<Question, 'field'>[]

const READS: Readonly<Record<string, Reads>> = {
  accounts: (harvest) => rooted('accounts', 'Account', harvest),
  viewer: (harvest) => rooted('viewer', 'Viewer', harvest),
  node: (harvest) => harvest.ids.flatMap((id) => nodeQuestions(id, harvest)),
  nodes: ({ ids, vendor }) => {
    const types = TYPES.map((type) => `... on ${type} { ${shallow(type, vendor, 0)} }`).join(' ')
    const document = `query ($ids: [ID!]!) { nodes(ids: $ids) { ${types} } }`
    return chunks(ids, 20).map((some) => ({ kind: 'nodes', document, variables: { ids: some } }))
  },
  conversation: (harvest) => {
    const wrap = (selection: string) => `query ($id: ID!) { conversation(id: $id) { ${selection} } }`
    const documents = selectionsFor('Conversation', harvest, wrap)
    return [
      ...harvest.of('Conversation').flatMap((id) => {
        return documents.map((document, index) => ({ kind: `conversation ${index}`, document, variables: { id } }))
      }),
      ...aroundMessages(harvest),
      ...harvest.of('Message').map((id) => ({ kind: 'wrong type', document: documents[0] ?? '', variables: { id } })),
    ]
  },
  conversationByExternalId: ({ account, externalIds, vendor }) => {
    const leaves = shallow('Conversation', vendor)
    const document = `query ($accountId: ID!, $externalId: String!) {
      conversationByExternalId(accountId: $accountId, externalId: $externalId) { ${leaves} } }`
    return externalIds.map((externalId) => {
      return { kind: 'external id', document, variables: { accountId: account, externalId } }
    })
  },
  conversations: (harvest) => listQuestions(harvest),
}

export const TYPES = ['Account', 'Conversation', 'Message', 'Participant', 'Person', 'Team', 'Channel'] as const

function rooted(field: string, type: string, harvest: Harvest): readonly Omit<Question, 'field'>[] {
  const wrap = (selection: string) => `{ ${field} { ${selection} } }`
  return selectionsFor(type, harvest, wrap).map((document, index) => ({
    kind: `${field} ${index}`,
    document,
    variables: {},
  }))
}

function nodeQuestions(id: string, harvest: Harvest): readonly Omit<Question, 'field'>[] {
  const type = parseGlobalId(id)?.type ?? 'Account'
  const wrap = (selection: string) => `query ($id: ID!) { node(id: $id) { ... on ${type} { ${selection} } } }`
  return selectionsFor(type, harvest, wrap).map((document, index) => ({
    kind: `node ${type} ${index}`,
    document,
    variables: { id },
  }))
}

/** Somebody else’s message in the middle of a page of one’s own. */
function aroundMessages({ of, vendor }: Harvest): readonly Omit<Question, 'field'>[] {
  const document = `query ($id: ID!, $around: ID!) { conversation(id: $id) {
    messages(around: $around, first: 5) { nodes { ${shallow('Message', vendor)} } } } }`
  const plain = document.replace(', first: 5', '')
  const messages = of('Message')
  return of('Conversation').flatMap((id, index) =>
    messages
      .slice(index % 5, (index % 5) + 5)
      .map((around) => ({ kind: 'around', document: plain, variables: { id, around } })),
  )
}

function listQuestions({ account, of, words, vendor }: Harvest): readonly Omit<Question, 'field'>[] {
  const document = `query ($filter: ConversationFilter) { conversations(first: 5, filter: $filter) {
    nodes { ${shallow('Conversation', vendor)} } eventCursor pageInfo { hasNextPage endCursor }
    sources { state code complete itemCount unsupported } } }`
  const people = of('Person')
  const filters: readonly object[] = [
    {},
    { accountIds: [account] },
    { providers: [vendor.toUpperCase()] },
    { statuses: ['OPEN', 'CLOSED', 'PENDING', 'SNOOZED'] },
    { labelsAny: ['vip'] },
    { unreadOnly: true },
    { updatedAfter: '2026-11-19T00:00:00Z' },
    { channelTypes: ['API', 'EMAIL', 'WHATSAPP', 'SMS'] },
    { assignee: { me: true } },
    { assignee: { unassigned: true } },
    ...people.slice(0, 4).map((personId) => ({ assignee: { personId } })),
    ...people.map((personId) => ({ person: { personId } })),
    ...words.map((text) => ({ text })),
    ...words.slice(0, 4).map((text) => ({ labelsAny: [text] })),
    ...words.slice(0, 3).map((email) => ({ person: { email: `${email}@example.com` } })),
    { person: { phone: '+99900000001' } },
    { person: { externalId: '15' } },
  ]
  return filters.map((filter) => ({
    kind: `list ${Object.keys(filter)[0] ?? 'all'}`,
    document,
    variables: { filter: { ...filter } },
  }))
}

const known = new Map<string, readonly string[]>()

function selectionsFor(
  type: string,
  { vendor, depth }: Harvest,
  wrap: (selection: string) => string,
): readonly string[] {
  const key = `${wrap(type)} ${vendor} ${depth}`
  const documents = known.get(key) ?? selectionsOf(type, vendor, wrap, depth).map(wrap)
  known.set(key, documents)
  return documents
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}
