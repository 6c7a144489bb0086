import { expect } from 'vitest'
import type { Conversation, Horizon, Message } from '../../../providers/port/index.ts'
import { type Facts, isPerson, type TrueConversation, type TrueMessage } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

const TRUE_TIME = { delivered: 'deliveredAt', read: 'readAt' } as const

export function receiptClauses({ clause, facts }: Clauses): void {
  clause('horizons cover exactly what their holders have got of the others', async () => {
    let proven = 0
    for (const { conversation, truth, told } of talks(facts())) {
      if (conversation.receiptModel !== 'watermark' || conversation.kind === 'group') continue
      for (const horizon of await horizonsOf(facts(), conversation)) {
        if (horizon.holder === 'everyone' || isOurs(horizon, conversation)) continue
        for (const { message, fact } of told) {
          if (!counts(message) || isHolders(message, horizon) || isTie(message, horizon)) continue
          if (message.side === 'customer') continue
          const isCovered = message.sortKey <= horizon.sortKey
          const has = fact[TRUE_TIME[horizon.kind]] !== null
          expect(isCovered, `${horizon.kind} of ${message.externalId} in ${truth.id}`).toBe(has)
          proven += 1
        }
      }
    }
    const hasWatermarks = facts().rows.some(({ item }) => item.conversation.receiptModel === 'watermark')
    if (hasWatermarks) expect(proven).toBeGreaterThan(100)
  })

  clause('horizons in groups cover nothing that not all have got', async () => {
    for (const { conversation, truth, told } of talks(facts())) {
      if (conversation.receiptModel !== 'watermark' || conversation.kind !== 'group') continue
      const horizons = await horizonsOf(facts(), conversation)
      for (const kind of ['delivered', 'read'] as const) {
        const ofKind = horizons.filter((horizon) => horizon.kind === kind)
        for (const { message, fact } of told) {
          if (!counts(message) || fact[TRUE_TIME[kind]] !== null) continue
          const covering = ofKind.filter(({ sortKey }) => message.sortKey <= sortKey)
          expect(covering.some(({ holder }) => holder === 'everyone')).toBe(false)
          const others = truth.people.filter((id) => id !== fact.person)
          expect(others.every((id) => covering.some((horizon) => isHeldBy(horizon, id)))).toBe(false)
        }
      }
    }
  })

  clause('delivered is never behind read, and nobody holds two horizons of one kind', async () => {
    for (const { conversation } of talks(facts())) {
      const horizons = await horizonsOf(facts(), conversation)
      const keys = horizons.map(({ holder, kind }) => `${kind} ${typeof holder === 'string' ? holder : holder.native}`)
      expect(new Set(keys).size).toBe(keys.length)
      for (const read of horizons.filter(({ kind }) => kind === 'read')) {
        const delivered = horizons.find((one) => one.kind === 'delivered' && sameHolder(one, read))
        if (delivered !== undefined) expect(delivered.sortKey >= read.sortKey).toBe(true)
      }
    }
  })

  clause('horizons that a conversation carries cover what those cover that are read afresh', async () => {
    for (const { conversation, told } of talks(facts())) {
      const fresh = await horizonsOf(facts(), conversation)
      for (const horizon of conversation.horizons) {
        const same = fresh.find((one) => one.kind === horizon.kind && sameHolder(one, horizon))
        const covers = (one: Horizon) =>
          told.filter(({ message }) => counts(message) && message.sortKey <= one.sortKey).length
        if (same !== undefined) expect(covers(same)).toBeGreaterThanOrEqual(covers(horizon))
        if (conversation.horizonsComplete) expect(same?.sortKey).toBe(horizon.sortKey)
      }
    }
  })

  clause('customers hold no horizons where each message has its own state, or none', async () => {
    for (const { conversation } of talks(facts())) {
      if (conversation.receiptModel === 'watermark') continue
      for (const horizon of await horizonsOf(facts(), conversation)) {
        expect(horizon.kind).toBe('read')
        expect(isOurs(horizon, conversation)).toBe(true)
      }
    }
  })

  clause('nothing is told of the delivery of what others said, of the system, of notes and drafts', async () => {
    for (const { told } of talks(facts())) {
      for (const { message } of told) {
        const { side, audience, isDraft } = message
        if (message.kind === 'activity' || message.kind === 'call') {
          expect(message.delivery).toBeNull()
          continue
        }
        const isOutgoing = (side === 'business' || side === 'peer') && audience === 'public' && !isDraft
        expect(message.delivery !== null, `${side} ${audience} ${message.kind} ${message.externalId}`).toBe(isOutgoing)
      }
    }
  })

  clause('no state or time of a message is told that did not happen', async () => {
    const { desk, messages } = facts()
    const some = [...messages.values()].flatMap((told) => told.filter(({ delivery }) => delivery !== null).slice(-4))
    const single = await desk.provider.getMessages(
      some.map(({ ref }) => ref),
      desk.call(),
    )
    const singleById = new Map(single.flatMap((one) => ('sortKey' in one ? [[one.ref.native, one] as const] : [])))
    for (const { told } of talks(facts())) {
      for (const { message, fact } of told) {
        expectTrueTimes(message, fact)
        const alone = singleById.get(message.ref.native)
        if (alone !== undefined && message.ref.conversation.native === alone.ref.conversation.native) {
          expectTrueTimes(alone, fact)
        }
      }
    }
  })
}

interface Talk {
  readonly conversation: Conversation
  readonly truth: TrueConversation
  readonly told: readonly { readonly message: Message; readonly fact: TrueMessage }[]
}

/** Every conversation with what is true of it, message by message. */
function talks({ rows, truth, messages }: Facts): readonly Talk[] {
  return rows.map(({ item: { conversation } }) => {
    const found = truth.find(({ id }) => id === conversation.externalId)!
    const facts = new Map(found.messages.map((fact) => [fact.id, fact]))
    const told = (messages.get(conversation.externalId) ?? []).flatMap((message) => {
      const fact = facts.get(message.externalId)
      return fact === undefined ? [] : [{ message, fact }]
    })
    return { conversation, truth: found, told }
  })
}

const read = new WeakMap<Conversation, Promise<readonly Horizon[]>>()

/** Asked once for each conversation. */
function horizonsOf({ desk }: Facts, conversation: Conversation): Promise<readonly Horizon[]> {
  const known = read.get(conversation) ?? desk.provider.listHorizons(conversation, desk.call())
  read.set(conversation, known)
  return known
}

/** Whether horizons say anything of it. */
function counts({ kind, audience, isDraft, deleted, delivery, side }: Message): boolean {
  if (kind === 'activity' || kind === 'call' || side === 'system' || audience === 'internal' || isDraft) return false
  return deleted === null && delivery?.state !== 'failed' && delivery?.state !== 'accepted'
}

/** Some times are told in seconds only: what was said in that second may have come before or after. */
function isTie({ createdAt }: Message, { precision, upToTime }: Horizon): boolean {
  return precision === 'up-to-time' && Math.abs(createdAt.getTime() - (upToTime?.getTime() ?? 0)) < 1_000
}

/** Of the team, or of one of us: whom the conversation was given to. */
function isOurs({ holder }: Horizon, { featuredParticipants }: Conversation): boolean {
  if (typeof holder === 'string') return holder === 'team'
  const person = featuredParticipants.map((one) => one.person).find(({ ref }) => ref.native === holder.native)
  return person === undefined || !['contact', 'end-user'].includes(person.kind)
}

function isHolders({ sender }: Message, { holder }: Horizon): boolean {
  return typeof holder !== 'string' && sender?.ref.native === holder.native
}

function isHeldBy({ holder }: Horizon, id: string): boolean {
  return typeof holder !== 'string' && isPerson({ ref: holder, externalId: holder.native }, id)
}

function sameHolder({ holder: one }: Horizon, { holder: other }: Horizon): boolean {
  return typeof one === 'string' || typeof other === 'string' ? one === other : one.native === other.native
}

function expectTrueTimes({ delivery, receipts, createdAt }: Message, fact: TrueMessage): void {
  const what = `message ${fact.id}`
  if (delivery !== null) {
    expectTrueTime(delivery.deliveredAt, fact.deliveredAt, `${what} delivered`)
    expectTrueTime(delivery.readAt, fact.readAt, `${what} read`)
    if (delivery.state === 'read') expect(fact.readAt, `${what} read`).not.toBeNull()
    if (delivery.state === 'delivered') expect(fact.deliveredAt, `${what} delivered`).not.toBeNull()
    if (delivery.sentAt !== null) expect(delivery.sentAt.getTime()).toBeGreaterThanOrEqual(createdAt.getTime())
  }
  for (const { kind, at, holder } of receipts ?? []) {
    if (holder === 'everyone') expectTrueTime(at, fact[TRUE_TIME[kind]], `${what} by all`)
  }
}

/** To the second, because some vendors tell no more. */
function expectTrueTime(told: Date | null, fact: string | null, what: string): void {
  if (told === null) return
  expect(fact, what).not.toBeNull()
  expect(Math.abs(told.getTime() - Date.parse(fact ?? '')), what).toBeLessThan(1_000)
}
