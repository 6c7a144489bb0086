import { expect } from 'vitest'
import { type PageRequest, type Person, type PersonRef, ProviderError } from '../../../providers/port/index.ts'
import { expectAgreement } from '../agreement.ts'
import { ACCOUNT, conversationId, type Facts, isPerson, NONSENSE, walk } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

export function peopleClauses({ clause, facts, withDesk }: Clauses): void {
  clause('everybody who takes part in a conversation is listed, once', async () => {
    const { desk, rows, truth } = facts()
    for (const [index, row] of rows.entries()) {
      const people = truth.find(({ id }) => id === conversationId(row))?.people ?? []
      if (people.length > 50 || (index % 3 > 0 && people.length < 4)) continue
      const { rows: told } = await walk(
        (page) => desk.provider.listParticipants(row.item.conversation, page, desk.call()),
        { limit: 3 },
      )
      const persons = told.map(({ item }) => item.person)
      expect(persons.map((person) => people.find((id) => isPerson(person, id))).toSorted()).toEqual(people.toSorted())
    }
  })

  clause('whom a conversation features takes part in it', async () => {
    const { rows, truth } = facts()
    for (const row of rows) {
      const people = truth.find(({ id }) => id === conversationId(row))?.people ?? []
      for (const { person } of row.item.conversation.featuredParticipants) {
        expect(people.some((id) => isPerson(person, id))).toBe(true)
      }
    }
  })

  clause('people are got in the order asked, each unknown one NOT_FOUND in its place', async () => {
    const all = facts()
    const people = somePeople(all)
    const refs = NONSENSE.flatMap((native, index): readonly PersonRef[] => [
      { kind: 'person', account: ACCOUNT, native },
      people[index % people.length]!.ref,
    ])
    const answers = await all.desk.provider.getPeople(refs, all.desk.call())
    expect(answers.map((answer) => (answer instanceof ProviderError ? answer.code : answer.ref.native))).toEqual(
      refs.map((ref, index) => (index % 2 === 0 ? 'NOT_FOUND' : ref.native)),
    )
  })

  clause('a person read alone is the one whom conversations name', async () => {
    const all = facts()
    const people = somePeople(all)
    const answers = await all.desk.provider.getPeople(
      people.map(({ ref }) => ref),
      all.desk.call(),
    )
    for (const [index, { ref, externalId, kind, displayName }] of people.entries()) {
      expect(answers[index]).toMatchObject({ ref, externalId, kind, displayName })
    }
  })

  clause('everybody can be listed, once each, and read again', async () => {
    const { desk } = facts()
    const { rows } = await walk((page) => desk.provider.searchPeople(null, page, desk.call()), { limit: 40 })
    const names = rows.map(({ item }) => item.ref.native)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThan(20)
    const some = rows.filter((_, index) => index % 9 === 0).map(({ item }) => item)
    const answers = await desk.provider.getPeople(
      some.map(({ ref }) => ref),
      desk.call(),
    )
    for (const [index, person] of some.entries()) expectAgreement(answers[index], person)
  })

  clause('lists of people go on behind any row, however many are asked for', async () => {
    const { desk, rows: conversations, truth } = facts()
    const crowded = truth.toSorted((one, other) => other.people.length - one.people.length)[0]
    const { conversation } = conversations.find((row) => conversationId(row) === crowded?.id)!.item
    const lists = [
      (page: PageRequest) => desk.provider.searchPeople(null, page, desk.call()),
      async (page: PageRequest) => {
        const answer = await desk.provider.listParticipants(conversation, page, desk.call())
        return { ...answer, rows: answer.rows.map((row) => ({ ...row, item: row.item.person })) }
      },
    ]
    for (const list of lists) {
      const { rows } = await walk(list, { limit: 7 })
      const names = rows.map(({ item }) => item.ref.native)
      for (const index of [0, 3, 5, rows.length - 2].filter((one) => one < rows.length - 1)) {
        for (const limit of [1, 4, 50]) {
          const page = await list({ limit, after: rows[index]!.cursor })
          const wanted = names.slice(index + 1, index + 1 + Math.max(page.rows.length, 1))
          expect(page.rows.map(({ item }) => item.ref.native)).toEqual(wanted)
        }
      }
    }
  })

  clause('people are found by what the search says that it takes', async () => {
    const { desk } = facts()
    const page = { limit: 25, after: null }
    const { rows } = await desk.provider.searchPeople(null, { limit: 40, after: null }, desk.call())
    const { level } = desk.provider.capabilities(desk.contract.actors[0], null).PEOPLE_SEARCH
    const people = rows.map(({ item }) => item).filter(({ displayName }) => displayName?.includes(' '))
    const person = people.find(({ addresses }) => addresses.some(({ kind }) => kind === 'email')) ?? people[0]!
    const addresses = person.addresses.filter(({ kind }) => kind === 'email' || kind === 'phone')
    const texts = level === 'partial' ? addresses.map(({ value }) => value) : [person.displayName ?? '']
    expect(texts.length).toBeGreaterThan(0)
    for (const text of texts) {
      const found = await desk.provider.searchPeople(text, page, desk.call())
      expect(found.rows.map(({ item }) => item.ref.native)).toContain(person.ref.native)
    }
    const strange = await desk.provider.searchPeople('zzzz-nobody', page, desk.call()).catch((error: unknown) => error)
    if (strange instanceof ProviderError) {
      expect(strange).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'PEOPLE_SEARCH' } })
      expect(level).not.toBe('native')
    } else expect(strange).toMatchObject({ rows: [] })
  })

  clause('somebody’s conversations are those in which they take part, newest first', async () => {
    const all = facts()
    const { desk, truth } = all
    const self = await desk.provider.getSelf(desk.call())
    const customers = somePeople(all).filter(({ kind }) => kind === 'contact' || kind === 'end-user')
    for (const person of customers.filter(({ ref }) => ref.native !== self?.ref.native).slice(0, 5)) {
      const { rows } = await walk((page) => desk.provider.listConversationsOf(person.ref, page, desk.call()), {
        limit: 2,
      })
      const keys = rows.map(({ sortKey }) => sortKey)
      expect(keys).toEqual(keys.toSorted().toReversed())
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) {
        const people = truth.find(({ id }) => id === conversationId(row))?.people ?? []
        expect(people.some((id) => isPerson(person, id))).toBe(true)
      }
      expect(new Set(rows.map(conversationId)).size).toBe(rows.length)
    }
  })

  for (const method of ['getSelf', 'listAgents', 'listTeams', 'listLabels', 'listChannels'] as const) {
    clause(`${method} asks once and remembers, or has nothing to tell`, async () => {
      const { desk } = facts()
      const provider = desk.create()
      const first = await provider[method](desk.call())
      let second: unknown
      const requests = await desk.requestsDuring(async () => {
        second = await provider[method](desk.call())
      })
      expect(requests).toBe(0)
      expect(second).toEqual(first)
      if (Array.isArray(first)) expect(first.length).toBeGreaterThan(0)
    })
  }

  clause('who asks is somebody who can be read, or nobody', async () => {
    const { desk } = facts()
    const self = await desk.provider.getSelf(desk.call())
    if (self === null) return
    const [read] = await desk.provider.getPeople([self.ref], desk.call())
    expectAgreement(read, self)
    expect(await desk.provider.getSelf(desk.call({ actor: { kind: 'service' } }))).toBeNull()
  })

  clause('what is counted as unread is what the list shows as unread, as far as it is told', async () => {
    const { desk, rows } = facts()
    const totals = await desk.provider.countUnread(desk.call())
    const unread = rows.filter(({ item }) => (item.viewer.unread?.count ?? 0) > 0).length
    if (totals.conversations === null) expect(totals.complete).toBe(false)
    else if (totals.complete) expect(totals.conversations).toBe(unread)
    else expect(totals.conversations).toBeLessThanOrEqual(unread)
  })

  clause('what is unread grows with what somebody else says, and is nothing once it is read', async () => {
    await withDesk(async (desk) => {
      const self = await desk.provider.getSelf(desk.call())
      const isSelf = (person: string) => [self?.ref.native, self?.externalId].includes(person)
      for (const { id, people } of await desk.truth()) {
        const unread = async () => (await desk.provider.findConversation(id, desk.call()))?.viewer.unread
        const before = await unread()
        const [own, other] = [people.find(isSelf), people.find((person) => !isSelf(person))]
        if (before?.precision !== 'exact' || people.length !== 2 || own === undefined || other === undefined) continue
        for (const text of ['One', 'Two']) await desk.act('say', { conversation: id, person: other, text })
        expect(await unread()).toEqual({ ...before, count: before.count + 2 })
        await desk.act('read', { conversation: id, person: own })
        expect(await unread()).toEqual({ ...before, count: 0 })
        return
      }
    })
  })
}

/** Of every kind, as conversations name them. */
function somePeople({ rows }: Facts): readonly Person[] {
  const people = new Map<string, Person>()
  for (const { item } of rows) {
    for (const { person } of item.conversation.featuredParticipants) {
      if (person.displayName !== null) people.set(person.ref.native, person)
    }
  }
  return [...people.values()].slice(0, 30)
}
