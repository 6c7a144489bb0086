import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import type { DomainEvent, Done, ProviderActs, Received } from '../../providers/port/index.ts'
import { openBackground } from '../events/background-world.ts'
import { control } from '../inlets/receive.ts'
import { callAs, conversationRef, personRef } from '../support/chatwoot-account.ts'
import { draft } from '../support/chatwoot-deeds.ts'

/** A gateway that hears Chatwoot's socket while it acts. */
async function openListening() {
  const emulator = await startChatwootEmulator({ port: 0 })
  const provider = chatwoot.create('support', chatwoot.settings.parse(emulator.settings))
  const { ingest, reread, told } = openBackground('support', provider)
  const ending = new AbortController()
  const heard: DomainEvent[] = []
  const receive = async (received: Received) => {
    await ingest('support', received, 'socket')
    heard.push(...received.events)
  }
  const listening = provider.inlet?.connect({ receive, onGap: () => {} }, ending.signal)
  onTestFinished(async () => {
    ending.abort()
    await listening
    await provider.close()
    await emulator.close()
  })
  const state: any = await (await fetch(`${emulator.url}/__control/state`)).json()
  const { id, people } = state.conversations.find(({ status, messages, team }: any) => {
    return status === 'open' && team === null && messages.at(-1)?.person?.startsWith('contact:')
  })
  const conversation = conversationRef(id)
  await vi.waitFor(
    async () => {
      await control(emulator.url, 'say', { conversation: id, person: people[0], text: 'anybody there?' })
      expect(heard.length).toBeGreaterThan(0)
    },
    { timeout: 10_000, interval: 50 },
  )
  const { events, readAt } = await reread({ conversation, around: [] }, callAs())
  await ingest('support', { deliveryId: null, events, nudges: [] }, 'reconcile', readAt)
  return {
    conversation,
    /** Acts, waits for what the socket tells of it, and answers all that was news. */
    perform: async <T>(
      act: (acts: ProviderActs) => Promise<Done<T>>,
      frames: (heard: readonly DomainEvent[]) => boolean,
    ) => {
      const before = (await told()).length
      heard.length = 0
      const { events: own, value } = await act(provider.acts)
      await ingest('support', { deliveryId: null, events: own, nudges: [] }, 'mutation')
      await vi.waitFor(() => expect(frames(heard)).toBe(true), { timeout: 5_000 })
      return { value, news: (await told()).slice(before).map(({ type }) => type) }
    },
  }
}

describe('the frames of an act, whether they come before its answer or after', () => {
  it('are no second news', { timeout: 20_000 }, async () => {
    const { conversation, perform } = await openListening()
    const call = () => callAs()
    const isSaved = (heard: readonly DomainEvent[]) => heard.some(({ type }) => type === 'message-saved')
    const sending = { draft: draft(), clientMessageId: 'key' }
    const sent = await perform((acts) => acts.send(conversation, sending, call()), isSaved)
    expect(sent.news).toEqual(['message-added'])
    const isDeleted = (heard: readonly DomainEvent[]) => heard.some(({ type }) => type === 'message-deleted')
    const deleted = await perform((acts) => acts.deleteMessage(sent.value.ref, false, call()), isDeleted)
    expect(deleted.news).toEqual(['message-deleted'])
    const change = { assignee: personRef('user:8'), priority: 'urgent' } as const
    const isUrgent = (heard: readonly DomainEvent[]) =>
      heard.some((event) => event.type === 'conversation-observed' && event.facts.priority === 'urgent')
    const changed = await perform((acts) => acts.updateConversation(conversation, change, call()), isUrgent)
    const ofChange = changed.news.filter((type) => type === 'conversation-changed')
    expect(ofChange).toHaveLength(2)
  })
})
