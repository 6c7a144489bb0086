import { expect } from 'vitest'
import {
  type Actor,
  CAPABILITIES,
  type Capability,
  type Conversation,
  ProviderError,
} from '../../../providers/port/index.ts'
import { ActingDesk } from '../acting.ts'
import { ACTS, type Subject, type TriedAct } from '../acts.ts'
import type { Desk, Facts } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

const NOBODY: readonly Actor[] = [{ kind: 'service' }, { kind: 'admin' }]

export function actClauses({ clause, facts, withDesk }: Clauses): void {
  clause('what its rows say it does not do it refuses with such a row, and asks nobody', () =>
    withDesk(async (desk) => {
      const acting = new ActingDesk(desk, facts())
      let refused = 0
      for (const actor of actorsAt(facts())) {
        const rows = desk.provider.capabilities(actor, null)
        const subject = await acting.anySubject(conversationOf(actor, facts()))
        for (const [name, act] of Object.entries(ACTS)) {
          if (act.needs.every((capability) => rows[capability].level !== 'unsupported')) continue
          const error = await refusalOf(desk, act, actor, subject, name)
          const what = `${name} by ${actor.kind}: ${error.message}`
          expect(error, what).toMatchObject({ code: 'UNSUPPORTED' })
          expect(act.needs, what).toContain(error.facts.capability)
          expect(rows[error.facts.capability!].level, what).not.toBe('native')
          refused += 1
        }
      }
      expect(refused).toBeGreaterThan(0)
    }),
  )

  clause('what the rows of a conversation exclude is not done there, and refused with a row that is not native', () =>
    withDesk(async (desk) => {
      const acting = new ActingDesk(desk, facts())
      const [actor] = desk.contract.actors
      for (const conversation of kindsOf(facts())) {
        const rows = desk.provider.capabilities(actor, conversation)
        const before = await desk.truthOf(conversation.externalId)
        for (const [name, act] of Object.entries(ACTS)) {
          if (act.needs.every((capability) => rows[capability].level !== 'unsupported')) continue
          const where = `${name} in ${conversation.externalId}`
          const subject = await acting.anySubject(conversation)
          const error = await act.perform(desk.provider.acts, desk.call(), subject).then(
            () => null,
            (thrown) => thrown,
          )
          expect(error, where).toMatchObject({ code: 'UNSUPPORTED' })
          expect(rows[error.facts.capability as Capability]?.level, `${where}: ${error.message}`).not.toBe('native')
        }
        expect(await desk.truthOf(conversation.externalId)).toEqual(before)
      }
    }),
  )

  clause('what is native for an account is native in every conversation of it', async () => {
    const { desk, rows } = facts()
    for (const actor of actorsAt(facts())) {
      const general = desk.provider.capabilities(actor, null)
      for (const { item } of rows) {
        const here = desk.provider.capabilities(actor, item.conversation)
        for (const capability of CAPABILITIES) {
          if (general[capability].level !== 'native') continue
          expect(here[capability].level, `${capability} in ${item.conversation.externalId}`).toBe('native')
        }
      }
    }
  })

  for (const [name, act] of Object.entries(ACTS)) {
    clause(`${name} is done, as the vendor says too, or refused with a row that is not native`, () =>
      withDesk(async (desk) => {
        const acting = new ActingDesk(desk, facts())
        const prepared = await acting.prepare(act)
        if (prepared === null) return expectUnsupportedSomewhere(desk, act, facts())
        const { subject, before, isNative } = prepared
        const attempt = await acting.attempt(prepared)
        if (attempt.kind === 'done') {
          expect(act.isDone(attempt.now, subject, before), JSON.stringify(attempt.now)).toBe(true)
          return
        }
        const rows = desk.provider.capabilities(desk.contract.actors[0], subject.conversation)
        expect(attempt.error, String(attempt.error)).toMatchObject({ code: 'UNSUPPORTED' })
        expect(isNative).toBe(false)
        expect(rows[attempt.error.facts.capability!].level).not.toBe('native')
      }),
    )
  }

  clause('what is sent is read back under the key that it was sent with', () =>
    withDesk(async (desk) => {
      const acting = new ActingDesk(desk, facts())
      const prepared = await acting.prepare(ACTS['sending a text']!)
      const { subject } = prepared!
      await acting.attempt(prepared!)
      const { provider } = desk
      const walk = { limit: 3, from: null, direction: 'older' } as const
      const { rows } = await provider.listMessages(subject.conversation.ref, walk, desk.call())
      const listed = rows.find(({ item }) => item.clientMessageId === subject.key)?.item
      expect(listed?.text).toBe('We open at nine.')
      const [alone] = await provider.getMessages([listed!.ref], desk.call())
      expect(alone).toMatchObject({ clientMessageId: subject.key })
    }),
  )
}

/** Those of the contract, those who are nobody, and a customer. */
function actorsAt({ desk, rows }: Facts): readonly Actor[] {
  const people = rows.flatMap(({ item }) => item.conversation.featuredParticipants.map(({ person }) => person))
  const customer = people.find(({ kind }) => kind === 'contact' || kind === 'end-user')
  const endUser = { kind: 'end-user', person: customer!.ref, credential: null } as const
  return [...desk.contract.actors, ...NOBODY, endUser]
}

/** One that they take part in, where it is somebody in particular who acts. */
function conversationOf(actor: Actor, { rows }: Facts): Conversation {
  const person = 'person' in actor ? actor.person : null
  const isTheirs = ({ featuredParticipants }: Conversation) =>
    featuredParticipants.some((participant) => participant.person.ref.native === person?.native)
  const all = rows.map(({ item }) => item.conversation)
  return all.find(isTheirs) ?? all[0]!
}

async function refusalOf(
  desk: Desk,
  act: TriedAct,
  actor: Actor,
  subject: Subject,
  name: string,
): Promise<ProviderError> {
  let error: unknown
  const requests = await desk.requestsDuring(async () => {
    error = await act.perform(desk.provider.acts, desk.call({ actor }), subject).then(
      () => new Error('it was done'),
      (thrown: unknown) => thrown,
    )
  })
  if (!(error instanceof ProviderError)) throw new Error(`${name} by ${actor.kind}: ${error}`)
  expect(requests, `${name} by ${actor.kind}`).toBe(0)
  return error
}

/** One conversation of each kind that may differ. */
function kindsOf({ rows }: Facts): readonly Conversation[] {
  const kinds = new Map<string, Conversation>()
  for (const { item } of rows) {
    const { kind, status, channel, receiptModel } = item.conversation
    const key = [kind, status, channel?.providerType, receiptModel].join()
    if (!kinds.has(key)) kinds.set(key, item.conversation)
  }
  return [...kinds.values()]
}

/** That it was tried nowhere is right only where no conversation has it. */
function expectUnsupportedSomewhere(desk: Desk, { needs }: TriedAct, { rows }: Facts): void {
  const [actor] = desk.contract.actors
  for (const { item } of rows) {
    const table = desk.provider.capabilities(actor, item.conversation)
    const levels = needs.map((capability) => table[capability].level)
    expect(levels).toContain('unsupported')
  }
}
