import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type {
  Actor,
  ConversationFilter,
  ConversationForViewer,
  ConversationPage,
  PersonRef,
  Provider,
  Row,
} from '../../providers/port/index.ts'
import {
  ActivityIndexedProvider,
  type ActivityIndexOptions,
  withActivityIndex,
} from '../../src/events/activity-index.ts'
import { SnapshotStore } from '../../src/events/snapshot-store.ts'
import { type BirdWorkspace, callAs, startBirdWorkspace, walkAll } from '../support/bird-workspace.ts'

const releases: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

async function startWorkspace(options: Parameters<typeof startBirdWorkspace>[0] = {}): Promise<BirdWorkspace> {
  const workspace = await startBirdWorkspace(options)
  releases.push(() => workspace.close())
  return workspace
}

function openDatabase(path = ':memory:'): DatabaseSync {
  const database = new DatabaseSync(path)
  releases.push(() => {
    if (database.isOpen) database.close()
  })
  return database
}

interface Indexed {
  readonly index: ActivityIndexedProvider
  readonly store: SnapshotStore
}

function indexOver(
  provider: Provider,
  options: Partial<ActivityIndexOptions> = {},
  database = openDatabase(),
): Indexed {
  const store = new SnapshotStore(database, 'shop')
  const index = new ActivityIndexedProvider(provider, {
    store,
    backgroundCall: () => callAs(),
    walkPauseMs: 0,
    ...options,
  })
  releases.push(() => index.close())
  return { index, store }
}

/** An index over a whole workspace, its first walk done. */
async function startIndexed(options: Partial<ActivityIndexOptions> = {}) {
  const workspace = await startWorkspace()
  const { index, store } = indexOver(workspace.provider, options)
  index.start()
  await walked(store)
  await workspace.requests()
  return { workspace, index, store }
}

async function walked(store: SnapshotStore): Promise<void> {
  await vi.waitFor(() => expect(store.walk.finished).toBe(true), { interval: 5, timeout: 5_000 })
}

function idsOf(rows: readonly Row<ConversationForViewer>[]): readonly string[] {
  return rows.map(({ item }) => item.conversation.externalId)
}

function list(index: Provider, filter: ConversationFilter = {}, actor?: Actor): Promise<ConversationPage> {
  return index.listConversations(filter, { limit: 100, after: null }, callAs(actor))
}

/** Newest activity first, as the emulator knows it. */
async function inTruth(workspace: BirdWorkspace): Promise<readonly string[]> {
  const { conversations } = await workspace.state()
  const activity = new Map(conversations.map(({ id, messages }) => [id, messages.at(-1)?.createdAt ?? '']))
  return [...activity].toSorted(([, one], [, other]) => (one < other ? 1 : -1)).map(([id]) => id)
}

interface Open {
  readonly id: string
  /** The contact in it. */
  readonly person: string
}

/** Conversations in which something can be said, newest activity first. In others it would reopen them, or others. */
async function openOnes(workspace: BirdWorkspace): Promise<readonly Open[]> {
  const rows = await walkAll((page) => workspace.provider.listConversations({}, page, callAs()), { limit: 100 })
  const open = rows.map(({ item }) => item.conversation).filter(({ status }) => status === 'open')
  const byActivity = open.toSorted((one, other) => other.lastActivityAt.getTime() - one.lastActivityAt.getTime())
  return byActivity.flatMap(({ externalId, featuredParticipants }) => {
    const contact = featuredParticipants.find(({ person }) => person.kind === 'contact')
    return contact === undefined ? [] : [{ id: externalId, person: contact.person.externalId }]
  })
}

async function quietest(workspace: BirdWorkspace): Promise<Open> {
  const last = (await openOnes(workspace)).at(-1)
  if (last === undefined) throw new Error('no conversation is open')
  return last
}

async function speak(workspace: BirdWorkspace, open: Open | undefined): Promise<void> {
  await workspace.act('say', { conversation: open?.id, person: open?.person, text: 'And another thing' })
}

describe('the activity index', () => {
  it('orders by activity what the provider orders by creation, each conversation once', async () => {
    const { workspace, index } = await startIndexed()
    const truth = await inTruth(workspace)
    const byCreation = await walkAll((page) => workspace.provider.listConversations({}, page, callAs()), { limit: 100 })
    expect(idsOf(byCreation)).not.toEqual(truth)
    for (const [limit, use] of [
      [100, 100],
      [25, 25],
      [10, 3],
    ] as const) {
      const rows = await walkAll((page) => index.listConversations({}, page, callAs()), { limit, use })
      expect(idsOf(rows)).toEqual(truth)
    }
  })

  it('costs one call a page, however far down and however filtered', async () => {
    const { workspace, index } = await startIndexed()
    const first = await index.listConversations({}, { limit: 25, after: null }, callAs())
    expect(await workspace.requests()).toEqual(['GET /conversations?limit=25'])
    const after = first.rows.at(-1)?.cursor ?? ''
    await index.listConversations({ statuses: ['closed'], text: 'a' }, { limit: 25, after }, callAs())
    expect(await workspace.requests()).toEqual(['GET /conversations?limit=25'])
  })

  it('shows each conversation once when others move up while somebody pages', async () => {
    const { workspace, index } = await startIndexed()
    const truth = await inTruth(workspace)
    const unmet = (await openOnes(workspace)).toReversed()
    const seen: string[] = []
    let after: string | null = null
    for (let page = 0; page < 20; page += 1) {
      const { rows, hasMore }: ConversationPage = await index.listConversations({}, { limit: 7, after }, callAs())
      expect(rows.map(({ sortKey }) => sortKey)).toEqual(
        rows
          .map(({ sortKey }) => sortKey)
          .toSorted()
          .reverse(),
      )
      seen.push(...idsOf(rows))
      if (hasMore === false) break
      after = rows.at(-1)?.cursor ?? null
      // One that the reader has not met yet and one that he has, each twice.
      const movers = [unmet[page], unmet.find(({ id }) => seen.includes(id))].filter((one) => one !== undefined)
      for (const mover of [...movers, ...movers]) {
        await speak(workspace, mover)
        await index.findConversation(mover.id, callAs())
      }
    }
    expect(seen).toEqual(truth)
    expect(idsOf((await list(index)).rows)).toEqual(await inTruth(workspace))
    expect(await inTruth(workspace)).not.toEqual(truth)
  })

  it('puts a conversation in its new place for whoever begins after it moved', async () => {
    const { workspace, index } = await startIndexed()
    const mover = await quietest(workspace)
    await speak(workspace, mover)
    await index.getConversations([{ kind: 'conversation', account: 'shop', native: mover.id }], callAs())
    const { rows } = await list(index)
    expect(idsOf(rows)[0]).toBe(mover.id)
    expect(rows[0]?.item.conversation.lastMessage?.text).toBe('And another thing')
  })

  it('takes from the page of the provider what nobody told', async () => {
    const { workspace, index } = await startIndexed()
    const { rows } = await workspace.provider.listConversations({}, { limit: 30, after: null }, callAs())
    const mover = (await openOnes(workspace)).findLast(({ id }) => idsOf(rows).includes(id))
    await speak(workspace, mover)
    const page = await index.listConversations({}, { limit: 30, after: null }, callAs())
    expect(page.rows[0]?.item.conversation).toMatchObject({
      externalId: mover?.id,
      lastMessage: { text: 'And another thing' },
    })
  })

  it('lets a conversation go when a read says that it is no more', async () => {
    const { index, store } = await startIndexed()
    const [snapshot] = (await list(index)).rows
    if (snapshot === undefined) throw new Error('the index is empty')
    const gone = '00000000-0000-4000-8000-000000000000'
    const ref = { ...snapshot.item.conversation.ref, native: gone }
    index.observe({ ...snapshot.item, conversation: { ...snapshot.item.conversation, ref, externalId: gone } })
    expect(idsOf((await list(index)).rows)).toContain(gone)
    await index.getConversations([ref], callAs())
    expect(store.get(gone)).toBeNull()
    expect(idsOf((await list(index)).rows)).not.toContain(gone)
  })

  it('passes a failure of the provider on like any other', async () => {
    const { workspace, index } = await startIndexed()
    await workspace.act('misbehave', { how: 'status', status: 403, times: 1 })
    await expect(list(index)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it.each(['', 'x', Buffer.from('[1]').toString('base64url')])('refuses the cursor %j', async (after) => {
    const { index } = await startIndexed()
    await expect(index.listConversations({}, { limit: 5, after }, callAs())).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('leaves providers alone that order by activity themselves', async () => {
    const workspace = await startWorkspace()
    const options = { store: new SnapshotStore(openDatabase(), 'shop'), backgroundCall: () => callAs() }
    const index = withActivityIndex(workspace.provider, options)
    releases.push(() => index.close())
    expect(index).not.toBe(workspace.provider)
    expect(index.order).toBe('activity')
    expect(withActivityIndex(index, options)).toBe(index)
  })

  it('forgets nothing that an end user does not find, and keeps nothing of the agent who read', async () => {
    const workspace = await startWorkspace({ shape: 'schema' })
    const { index, store } = indexOver(workspace.provider, { backgroundCall: () => callAs({ kind: 'service' }, 0) })
    const native = 'contact:00000000-0000-4000-8000-000000000000'
    const person: PersonRef = { kind: 'person', account: 'shop', native }
    await list(index, {}, { kind: 'service' })
    const known = [...store.standings(null)].map(({ id }) => id)
    const refs = known.map((id) => ({ kind: 'conversation', account: 'shop', native: id }) as const)
    await index.getConversations(refs, callAs({ kind: 'end-user', person, credential: null }, 1_000))
    expect([...store.standings(null)].map(({ id }) => id)).toEqual(known)
    await list(index, {}, { kind: 'agent', person: null, credential: null })
    const [standing] = store.standings(null)
    expect(store.get(standing?.id ?? '')?.viewer).toEqual({ unread: null, readHorizon: null, labels: undefined })
  })
})

describe('the walk that fills the index', () => {
  it('begins with the first page that somebody asks for, and reads to the end', async () => {
    const workspace = await startWorkspace()
    const { index, store } = indexOver(workspace.provider)
    const first = await index.listConversations({}, { limit: 5, after: null }, callAs())
    expect(first.complete).toBe(false)
    await walked(store)
    const { conversations } = await workspace.state()
    expect([...store.standings(null)]).toHaveLength(conversations.length)
  })

  it('leaves pages PARTIAL until it has ended, also where events feed the index', async () => {
    const workspace = await startWorkspace()
    // No call may be made in the background yet.
    let calls = 0
    const options = { fedByEvents: true, backgroundCall: () => callAs({ kind: 'service' }, calls) }
    const { index, store } = indexOver(workspace.provider, options)
    const small = await index.listConversations({}, { limit: 5, after: null }, callAs())
    expect(small).toMatchObject({ complete: false, hasMore: 'unknown' })
    expect(small.rows).toHaveLength(5)
    calls = 10
    await walked(store)
    expect(await list(index)).toMatchObject({ complete: true, hasMore: false })
    expect(await list(index, { text: 'book' })).toMatchObject({ complete: false })
  })

  it('leaves pages PARTIAL for good where no events feed the index', async () => {
    const { index } = await startIndexed()
    expect(await list(index)).toMatchObject({ complete: false, hasMore: false })
  })

  it('begins anew after a rest, and finds what has moved meanwhile', async () => {
    const { workspace, index } = await startIndexed({ walkRestMs: 20 })
    const mover = await quietest(workspace)
    await speak(workspace, mover)
    await vi.waitFor(async () => {
      const page = await index.listConversations({}, { limit: 1, after: null }, callAs())
      expect(idsOf(page.rows)[0]).toBe(mover.id)
    })
  })

  it('goes on after a restart where it stopped', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'activity-index-'))
    releases.push(() => rmSync(folder, { recursive: true }))
    const workspace = await startWorkspace()
    const first = await workspace.provider.listConversations({}, { limit: 40, after: null }, callAs())
    const before = openDatabase(join(folder, 'gateway.sqlite'))
    const earlier = new SnapshotStore(before, 'shop')
    earlier.put(first.rows.map(({ item }) => item))
    earlier.walk = { cursor: first.rows.at(-1)?.cursor ?? null, finished: false }
    before.close()
    await workspace.requests()

    const { index, store } = indexOver(workspace.provider, {}, openDatabase(join(folder, 'gateway.sqlite')))
    index.start()
    await walked(store)
    const requests = await workspace.requests()
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatch(/^GET \/conversations\?limit=40&pageToken=/)
    const { rows } = await list(index)
    expect(idsOf(rows)).toEqual(await inTruth(workspace))
    expect(rows.at(-1)?.item.conversation.createdAt).toBeInstanceOf(Date)
  })

  it('waits and tries again when the provider is down', async () => {
    const workspace = await startWorkspace()
    await workspace.act('misbehave', { how: 'status', status: 403, times: 2 })
    const failures: unknown[] = []
    const { index, store } = indexOver(workspace.provider, { onWalkFailure: (error) => failures.push(error) })
    index.start()
    await walked(store)
    expect(failures).toMatchObject([{ code: 'FORBIDDEN' }])
  })

  it('asks for nothing more once it is closed', async () => {
    const { workspace, index } = await startIndexed({ walkRestMs: 0 })
    await index.close()
    await workspace.requests()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await workspace.requests()).toEqual([])
  })
})

describe('filters over the index', () => {
  it('say that they are emulated, but for unread, which nobody knows', async () => {
    const { workspace, index } = await startIndexed()
    expect(index.capabilities({ kind: 'service' }, null)).toMatchObject({
      ACTIVITY_ORDER: { level: 'emulated' },
      FILTER_STATUS: { level: 'emulated' },
      FILTER_TEXT: { level: 'partial' },
      FILTER_UNREAD: { level: 'unsupported' },
      PEOPLE_SEARCH: { level: 'partial' },
    })
    expect(await list(index, { unreadOnly: true })).toMatchObject({ rows: [], unsupported: ['FILTER_UNREAD'] })
    expect(await workspace.requests()).toEqual([])
  })

  it('find exactly the conversations for which they hold', async () => {
    const { index } = await startIndexed()
    const everything = (await list(index)).rows.map(({ item }) => item.conversation)
    const first = everything[0]
    const person = first?.featuredParticipants[0]?.person
    const address = everything
      .flatMap(({ featuredParticipants }) => featuredParticipants.flatMap((one) => one.person.addresses))
      .find(({ kind }) => kind === 'email')
    const middle = everything[20]?.lastActivityAt ?? new Date()
    const cases: readonly (readonly [ConversationFilter, (conversation: (typeof everything)[number]) => boolean])[] = [
      [{ statuses: ['closed', 'archived'] }, ({ status }) => status === 'closed' || status === 'archived'],
      [
        { labelsAny: ['vip', 'refund'] },
        ({ labels }) => labels?.some((label) => ['vip', 'refund'].includes(label)) ?? false,
      ],
      [{ assignee: 'unassigned' }, ({ assignee }) => assignee === null],
      [{ channelTypes: ['email', 'sms'] }, ({ channel }) => channel?.type === 'email' || channel?.type === 'sms'],
      [{ updatedAfter: middle }, ({ lastActivityAt }) => lastActivityAt > middle],
      [
        { person: person?.ref ?? { kind: 'external', externalId: '' } },
        ({ featuredParticipants }) => featuredParticipants.some((one) => one.person.externalId === person?.externalId),
      ],
      [
        { person: { kind: 'email', email: address?.value.toUpperCase() ?? '' } },
        ({ featuredParticipants }) =>
          featuredParticipants.some((one) => one.person.addresses.some(({ value }) => value === address?.value)),
      ],
    ]
    for (const [filter, holds] of cases) {
      const expected = everything.filter(holds).map(({ externalId }) => externalId)
      expect(idsOf((await list(index, filter)).rows), JSON.stringify(filter)).toEqual(expected)
      expect(expected.length, JSON.stringify(filter)).toBeLessThan(everything.length)
    }
  })

  it('find by the assignee, whom an agent may call "me"', async () => {
    const { index } = await startIndexed()
    const assigned = (await list(index)).rows.find(({ item }) => item.conversation.assignee !== null)
    const assignee = assigned?.item.conversation.assignee
    const person = assignee && 'ref' in assignee ? assignee.ref : (assignee ?? null)
    if (person === null) throw new Error('nobody is assigned to anything')
    const byRef = await list(index, { assignee: person })
    const mine = await list(index, { assignee: 'me' }, { kind: 'agent', person, credential: null })
    expect(byRef.rows.length).toBeGreaterThan(0)
    expect(idsOf(mine.rows)).toEqual(idsOf(byRef.rows))
    expect((await list(index, { assignee: 'me' })).rows).toEqual([])
  })

  it('find words in titles, names and last messages', async () => {
    const { index } = await startIndexed()
    const { rows } = await list(index)
    const [conversation] = rows.map(({ item }) => item.conversation)
    const found = await list(index, { text: conversation?.title?.toUpperCase() ?? '' })
    expect(idsOf(found.rows)).toContain(conversation?.externalId)
    expect((await list(index, { text: 'no such words anywhere' })).rows).toEqual([])
  })
})

describe('the store of snapshots', () => {
  it('keeps the later of two forms, whichever comes last, and each account its own', async () => {
    const workspace = await startWorkspace()
    const { rows } = await workspace.provider.listConversations({}, { limit: 1, after: null }, callAs())
    const snapshot = rows[0]?.item
    if (snapshot === undefined) throw new Error('the workspace is empty')
    const database = openDatabase()
    const store = new SnapshotStore(database, 'shop')
    const id = snapshot.conversation.ref.native
    const at = (time: string): ConversationForViewer => {
      const date = new Date(time)
      return { ...snapshot, conversation: { ...snapshot.conversation, updatedAt: date, lastActivityAt: date } }
    }
    expect(store.put([at('2026-01-02T00:00:00Z')])).toEqual([])
    expect(store.put([at('2026-01-01T00:00:00Z')])).toEqual([])
    expect(store.get(id)).toEqual(at('2026-01-02T00:00:00Z'))
    expect(store.put([at('2026-01-03T00:00:00Z')])).toEqual([{ id, from: '001767312000000' }])
    expect(new SnapshotStore(database, 'shop').get(id)).toEqual(at('2026-01-03T00:00:00Z'))
    expect(new SnapshotStore(database, 'other').get(id)).toBeNull()
  })
})
