import { onTestFinished, vi } from 'vitest'
import { chatwootSettings } from '../../providers/chatwoot/config.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { ChatwootProvider } from '../../providers/chatwoot/provider.ts'
import type { OpenPublicFile } from '../../providers/kit/public-file.ts'
import type {
  Actor,
  CallContext,
  ConversationRef,
  DomainEvent,
  Done,
  Provider,
  ProviderActs,
} from '../../providers/port/index.ts'
import type { LoggedEvent } from '../../src/events/logged-event.ts'
import { openBackground } from '../events/background-world.ts'
import { control, openHook } from '../inlets/receive.ts'
import { callAs, conversationRef } from './chatwoot-account.ts'

/** Who and where, in the emulated shop. */
export interface Scene {
  readonly conversation: ConversationRef
  readonly contact: string
}

/** A running Chatwoot whose webhooks come in, the adapter, and a gateway's memory of what is news. */
export interface ActingChatwoot {
  readonly provider: Provider
  /** What Chatwoot itself holds of a conversation; undefined where it is gone. */
  truth(conversation: ConversationRef): Promise<any>
  /** The first conversation of that channel that passes, and what is in it is known from now on. */
  scene(channel: string, passes?: (conversation: any) => boolean): Promise<Scene>
  say(scene: Scene, person: string, text: string): Promise<void>
  /** Acts, and then hears the webhooks: exactly these have to come. */
  perform<T>(act: Performance<T>, hooks: readonly string[], actor?: Actor): Promise<Performed<T>>
}

export type Performance<T> = (acts: ProviderActs, call: CallContext) => Promise<Done<T>>

export interface Performed<T> {
  readonly value: T
  readonly told: readonly DomainEvent[]
  /** What of it was news. */
  readonly news: readonly LoggedEvent[]
  /** What of the webhooks that followed was news. */
  readonly later: readonly LoggedEvent[]
}

export async function startActingChatwoot(openFile?: OpenPublicFile): Promise<ActingChatwoot> {
  const emulator = await startChatwootEmulator({ port: 0 })
  const settings = { ...emulator.settings, socket: false }
  const provider = new ChatwootProvider('support', chatwootSettings.parse(settings), openFile)
  onTestFinished(async () => {
    await provider.close()
    await emulator.close()
  })
  const { ingest, reread } = openBackground('support', provider)
  const hook = await openHook()
  await control(emulator.url, 'deliver-webhooks-to', { url: hook.url })
  const state = async () => (await (await fetch(`${emulator.url}/__control/state`)).json()) as any
  let heard = 0
  const names = () => hook.deliveries.slice(heard).map(({ body }) => JSON.parse(Buffer.from(body).toString()).event)

  const look = async (conversation: ConversationRef, around: readonly any[] = []): Promise<readonly LoggedEvent[]> => {
    const { events, readAt } = await reread({ conversation, around }, callAs({ kind: 'service' }))
    return (await ingest('support', { deliveryId: null, events, nudges: [] }, 'reconcile', readAt)).events
  }
  const hear = async (hooks: readonly string[]): Promise<readonly LoggedEvent[]> => {
    await vi.waitFor(
      () => {
        if (names().toSorted().join() !== hooks.toSorted().join()) throw new Error(`so far there came ${names()}`)
      },
      { timeout: 3_000 },
    )
    const news: LoggedEvent[] = []
    for (const delivery of hook.deliveries.slice(heard)) {
      const received = provider.inlet?.receive(delivery) ?? { deliveryId: null, events: [], nudges: [] }
      news.push(...(await ingest('support', received, 'webhook')).events)
      for (const nudge of received.nudges) {
        if (nudge.type === 'reread') news.push(...(await look(nudge.conversation, nudge.around)))
      }
    }
    heard += hooks.length
    return news
  }
  return {
    provider,
    truth: async ({ native }) => (await state()).conversations.find(({ id }: { id: string }) => id === native),
    scene: async (channel, passes = () => true) => {
      const page = await provider.listConversations({}, { limit: 200, after: null }, callAs())
      const { conversations } = await state()
      const isRight = (row: (typeof page.rows)[number]) =>
        row.item.conversation.channel?.providerType === channel &&
        passes(conversations.find(({ id }: { id: string }) => id === row.item.conversation.ref.native))
      const found = page.rows.find(isRight)?.item.conversation
      if (found === undefined) throw new Error(`the shop has no such conversation on ${channel}`)
      await look(found.ref)
      const contact = found.featuredParticipants[0]?.person.ref.native ?? ''
      return { conversation: conversationRef(found.ref.native), contact }
    },
    say: async ({ conversation }, person, text) => {
      await control(emulator.url, 'say', { conversation: conversation.native, person, text })
      await vi.waitFor(() => {
        if (!names().includes('message_created')) throw new Error('nothing came yet')
      })
      await look(conversation)
      heard = hook.deliveries.length
    },
    perform: async (act, hooks, actor) => {
      heard = hook.deliveries.length
      const { value, events } = await act(provider.acts, callAs(actor))
      const { events: news } = await ingest('support', { deliveryId: null, events, nudges: [] }, 'mutation')
      return { value, told: events, news, later: await hear(hooks) }
    },
  }
}

/** The customer spoke last, and waits. */
export function isWaiting({ status, messages }: any): boolean {
  return status === 'open' && messages.at(-1)?.person?.startsWith('contact:') === true
}

export function typesOf(events: readonly { readonly type: string }[]): readonly string[] {
  return events.map(({ type }) => type)
}
