import { expect } from 'vitest'
import { conversationSortKey } from '../../../providers/kit/sort-key.ts'
import type {
  Capability,
  ConversationFilter,
  ConversationForViewer,
  ConversationPage,
  Person,
  PersonQuery,
  Row,
} from '../../../providers/port/index.ts'
import { conversationId, type Desk, type Facts, isPerson, walk } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

type ConversationRow = Row<ConversationForViewer>

/** A condition, the capability that it needs, and what it means for a conversation. */
interface Condition {
  readonly capability: Capability
  filterOf(facts: Facts): ConversationFilter
  holds(row: ConversationRow, facts: Facts): boolean
}

const CONDITIONS: Readonly<Record<string, Condition>> = {
  'a status': {
    capability: 'FILTER_STATUS',
    filterOf: () => ({ statuses: ['open', 'snoozed'] }),
    holds: ({ item }) => ['open', 'snoozed'].includes(item.conversation.status ?? 'open'),
  },
  'a label': {
    capability: 'FILTER_LABELS',
    filterOf: (facts) => ({ labelsAny: [someLabel(facts)] }),
    holds: (row, facts) => labelsOf(row).includes(someLabel(facts)),
  },
  'nobody assigned': {
    capability: 'FILTER_ASSIGNEE',
    filterOf: () => ({ assignee: 'unassigned' }),
    holds: ({ item: { conversation } }) => conversation.assignee === null || isBot(conversation.assignee),
  },
  unread: {
    capability: 'FILTER_UNREAD',
    filterOf: () => ({ unreadOnly: true }),
    holds: ({ item }) => (item.viewer.unread?.count ?? 0) > 0,
  },
  'a kind of channel': {
    capability: 'FILTER_CHANNEL',
    filterOf: (facts) => ({ channelTypes: [someChannelType(facts)] }),
    holds: ({ item }, facts) => item.conversation.channel?.type === someChannelType(facts),
  },
  'a person': {
    capability: 'FILTER_PERSON',
    filterOf: (facts) => ({ person: somebody(facts).ref }),
    holds: (row, facts) => takesPart(row, somebody(facts), facts),
  },
  'a time': {
    capability: 'FILTER_UPDATED',
    filterOf: (facts) => ({ updatedAfter: someTime(facts) }),
    holds: ({ sortKey }, facts) => sortKey > conversationSortKey(someTime(facts)),
  },
  'a text': {
    capability: 'FILTER_TEXT',
    filterOf: (facts) => ({ text: someWord(facts) }),
    holds: (row, facts) => textsOf(row, facts).some((text) => text.toLowerCase().includes(someWord(facts))),
  },
}

const NAMES = Object.keys(CONDITIONS)
const PAIRS = NAMES.flatMap((one, index) => NAMES.slice(index + 1).map((other) => [one, other] as const))

export function filterClauses({ clause, facts }: Clauses): void {
  for (const name of NAMES) {
    clause(`a filter by ${name} is applied or named, never ignored`, () => tryFilter([name], facts()))
  }

  clause('two filters at once are applied together', async () => {
    for (const pair of PAIRS) await tryFilter(pair, facts())
  })

  clause('a filter by a person’s address finds that person or is named', async () => {
    const all = facts()
    const query = addressOf(somebody(all))
    if (query === null) return
    const { rows, unsupported } = await find(all.desk, { person: query })
    if (unsupported.length > 0) expect(unsupported).toEqual(['FILTER_PERSON'])
    else expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(takesPart(row, somebody(all), all)).toBe(true)
  })

  clause('a filter that nothing can match finds nothing', async () => {
    const { desk } = facts()
    const filters: readonly ConversationFilter[] = [
      { statuses: [] },
      { statuses: ['spam'], labelsAny: ['nobody-uses-this'] },
      { labelsAny: [] },
      { channelTypes: [] },
      { channelTypes: ['tiktok'] },
      { updatedAfter: new Date('2090-01-01T00:00:00Z') },
      { person: { kind: 'email', email: 'nobody@nowhere.example' } },
      { person: { kind: 'external', externalId: 'nobody-knows-this' } },
    ]
    for (const filter of filters) expect((await find(desk, filter)).rows, JSON.stringify(filter)).toEqual([])
  })

  clause('a scan that stops for want of calls goes on at its frontier and finds the same', async () => {
    const { desk } = facts()
    for (const name of NAMES) {
      const filter = CONDITIONS[name]!.filterOf(facts())
      const { rows } = await find(desk, filter)
      const list = (page: { readonly limit: number; readonly after: string | null }) =>
        desk.provider.listConversations(filter, page, desk.call({ calls: 3 }))
      const slow = await walk(list, { limit: 10 })
      expect(slow.rows.map(conversationId), name).toEqual(rows.map(conversationId))
      expectFrontiers(slow.pages)
    }
  })
}

/** Nothing newer than a frontier was left out: what comes behind it is not newer. */
function expectFrontiers(pages: readonly ConversationPage[]): void {
  for (const [index, { rows, frontier, complete }] of pages.entries()) {
    if (frontier === null) continue
    expect(complete).toBe(false)
    const last = rows.at(-1)
    if (last !== undefined && frontier.sortKey !== '') expect(frontier.sortKey <= last.sortKey).toBe(true)
    for (const { sortKey } of pages[index + 1]?.rows ?? []) {
      if (frontier.sortKey !== '') expect(sortKey <= frontier.sortKey).toBe(true)
    }
  }
}

async function tryFilter(names: readonly string[], facts: Facts): Promise<void> {
  const { desk, rows: all } = facts
  const conditions = names.map((name) => CONDITIONS[name]!)
  const table = desk.provider.capabilities(desk.contract.actors[0], null)
  const refused = conditions.map(({ capability }) => capability).filter((key) => table[key].level === 'unsupported')
  const filter = Object.assign({}, ...conditions.map((condition) => condition.filterOf(facts)))
  const found = await find(desk, filter)
  const what = JSON.stringify(filter)
  expect(found.unsupported.toSorted(), what).toEqual(refused.toSorted())
  if (refused.length > 0) return expect(found.rows, what).toEqual([])
  const holds = (row: ConversationRow) => conditions.every((condition) => condition.holds(row, facts))
  const wanted = all.filter(holds).map(conversationId)
  const ids = found.rows.map(conversationId)
  expect(new Set(ids).size, what).toBe(ids.length)
  expect(wanted, what).toEqual(expect.arrayContaining(ids))
  if (found.isComplete) expect(ids.toSorted(), what).toEqual(wanted.toSorted())
  if (names.length === 1) expect(wanted.length, `${what} should be worth a try`).toBeGreaterThan(0)
}

async function find(desk: Desk, filter: ConversationFilter) {
  const list = (page: { readonly limit: number; readonly after: string | null }) =>
    desk.provider.listConversations(filter, page, desk.call())
  const { rows, pages } = await walk(list, { limit: 40 })
  return {
    rows,
    unsupported: pages[0]?.unsupported ?? [],
    isComplete: pages.every(({ complete }) => complete),
  }
}

function isBot(assignee: object): boolean {
  return 'kind' in assignee && assignee.kind === 'bot'
}

function labelsOf({ item: { conversation, viewer } }: ConversationRow): readonly string[] {
  return [...(conversation.labels ?? []), ...(viewer.labels ?? [])]
}

function someLabel({ rows }: Facts): string {
  return rows.flatMap(labelsOf)[0] ?? 'vip'
}

function someChannelType({ rows }: Facts) {
  return rows[Math.floor(rows.length / 2)]?.item.conversation.channel?.type ?? 'unknown'
}

function someTime({ rows }: Facts): Date {
  return new Date(Number(rows[Math.floor(rows.length / 3)]?.sortKey))
}

/** A customer in the middle of the list. */
function somebody({ rows, desk }: Facts): Person {
  const { contract } = desk
  const self = 'person' in contract.actors[0] ? contract.actors[0].person?.native : undefined
  const people = rows
    .filter(({ item }) => item.conversation.kind !== 'group')
    .slice(5)
    .flatMap(({ item }) => item.conversation.featuredParticipants.map(({ person }) => person))
  return people.find(({ kind, ref }) => (kind === 'contact' || kind === 'end-user') && ref.native !== self)!
}

function takesPart(row: ConversationRow, person: Person, { truth }: Facts): boolean {
  const people = truth.find(({ id }) => id === conversationId(row))?.people ?? []
  return people.some((id) => isPerson(person, id))
}

function addressOf({ addresses }: Person): PersonQuery | null {
  for (const { kind, value } of addresses) {
    if (kind === 'email') return { kind, email: value.toUpperCase() }
    if (kind === 'phone') return { kind, phone: value }
  }
  return null
}

/** A long word of somebody's name, in lower case. */
function someWord({ rows }: Facts): string {
  const titles = rows.slice(5).map(({ item }) => item.conversation.title ?? '')
  const words = titles.flatMap((title) => title.toLowerCase().split(/[^a-z]+/))
  return words.find((word) => word.length > 4) ?? 'order'
}

/** Where a text may have been found: the name of the conversation, of its people, and what was said. */
function textsOf(row: ConversationRow, { truth, messages }: Facts): readonly string[] {
  const conversation = truth.find(({ id }) => id === conversationId(row))
  const { title, featuredParticipants, lastMessage } = row.item.conversation
  const names = featuredParticipants.map(({ person }) => person.displayName)
  const said = conversation?.messages.map(({ text }) => text) ?? []
  const told = messages.get(conversationId(row))?.flatMap(({ text, html }) => [text, html]) ?? []
  return [title, ...names, lastMessage?.text ?? null, ...said, ...told].filter((text) => text != null)
}
