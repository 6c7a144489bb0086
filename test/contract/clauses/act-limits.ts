import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Capability, Conversation, Limits, OutgoingAttachment } from '../../../providers/port/index.ts'
import { ActingDesk } from '../acting.ts'
import { ACTS, FILE } from '../acts.ts'
import type { Desk } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

/** One number of a row, and something that is just so long, or many. */
interface Limit {
  readonly title: string
  readonly capability: Capability
  readonly limit: 'maxLength' | 'maxCount'
  readonly act: string
  ask(desk: Desk, conversation: Conversation, size: number): Promise<void>
}

const LIMITS: readonly Limit[] = [
  {
    title: 'a text is as long as its row says, and no longer',
    capability: 'SEND_TEXT',
    limit: 'maxLength',
    act: 'sending a text',
    ask: (desk, conversation, size) => send(desk, conversation, { text: 'x'.repeat(size) }),
  },
  {
    title: 'there are as many files as their row says, and no more',
    capability: 'SEND_ATTACHMENT',
    limit: 'maxCount',
    act: 'sending files alone',
    ask: (desk, conversation, size) =>
      send(desk, conversation, { attachments: Array.from({ length: size }, () => FILE) }),
  },
  {
    title: 'there are as many labels as their row says, and no more',
    capability: 'SET_LABELS',
    limit: 'maxCount',
    act: 'setting labels',
    ask: (desk, conversation, size) =>
      label(
        desk,
        conversation,
        Array.from({ length: size }, (_, index) => `l-${index}`),
      ),
  },
  {
    title: 'a label is as long as its row says, and no longer',
    capability: 'SET_LABELS',
    limit: 'maxLength',
    act: 'setting labels',
    ask: (desk, conversation, size) => label(desk, conversation, ['x'.repeat(size)]),
  },
]

export function actLimitClauses({ clause, facts, withDesk }: Clauses): void {
  for (const { title, capability, limit, act, ask } of LIMITS) {
    clause(title, () =>
      withDesk(async (desk) => {
        const prepared = await new ActingDesk(desk, facts()).prepare(ACTS[act]!)
        if (prepared === null) return
        const { conversation } = prepared.subject
        const row = desk.provider.capabilities(desk.contract.actors[0], conversation)[capability]
        const most = countOf(row.limits, limit)
        if (most === undefined) return
        await ask(desk, conversation, most)
        const before = await desk.truthOf(conversation.externalId)
        expect(before).not.toEqual(prepared.before)
        await expect(ask(desk, conversation, most + 1)).rejects.toMatchObject({ code: 'INVALID' })
        expect(await desk.truthOf(conversation.externalId)).toEqual(before)
      }),
    )
  }
}

/** Beside a window a count is a rate. */
function countOf(limits: Limits | undefined, limit: Limit['limit']): number | undefined {
  return limit === 'maxCount' && limits?.windowSeconds !== undefined ? undefined : limits?.[limit]
}

async function send(
  { provider, call }: Desk,
  { ref }: Conversation,
  what: { readonly text?: string; readonly attachments?: readonly OutgoingAttachment[] },
): Promise<void> {
  const draft = { text: null, attachments: [], replyTo: null, audience: 'public', ...what } as const
  await provider.acts.send(ref, { draft, clientMessageId: randomUUID() }, call())
}

async function label({ provider, call }: Desk, { ref }: Conversation, setLabels: readonly string[]): Promise<void> {
  const { value } = await provider.acts.updateConversation(ref, { setLabels }, call())
  if (value.setLabels !== undefined) throw value.setLabels
}
