import { describe, expect, it } from 'vitest'
import { chatwootSettings } from '../../providers/chatwoot/config.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import type { DomainEvent } from '../../providers/port/index.ts'
import { openBackground } from '../events/background-world.ts'
import { AT, draft, TALK } from '../support/chatwoot-deeds.ts'
import { RECORDED_HOOKS, RECORDED_SECRETS, recordedDelivery } from '../support/chatwoot-deliveries.ts'
import { CHATWOOT_RECORDING, type RecordedExchange } from '../support/chatwoot-recording.ts'
import { recordedCall, startRecordedChatwoot } from '../support/recorded-chatwoot.ts'

/** What agents wrote in conversation 1, as the server answered it. */
const SENDS = CHATWOOT_RECORDING.filter(
  ({ request, response }) =>
    request.method === 'POST' &&
    request.path.endsWith('/conversations/1/messages') &&
    response.status === 200 &&
    response.body?.message_type === 1,
)
const DELETIONS = CHATWOOT_RECORDING.filter(
  ({ request }) => request.method === 'DELETE' && request.path.includes('/conversations/1/messages/'),
)

/** The gateway's account, which takes in what the recorded server sent to its webhook. */
function openGateway() {
  const settings = { baseUrl: 'https://chat.example', accountId: 5, token: 'x', socket: false }
  const provider = chatwoot.create(
    'support',
    chatwootSettings.parse({ ...settings, webhookSecrets: [RECORDED_SECRETS.account] }),
  )
  const { ingest } = openBackground('support', provider)
  return {
    act: async (events: readonly DomainEvent[]) =>
      (await ingest('support', { deliveryId: null, events, nudges: [] }, 'mutation')).events,
    hear: async (message: number) => {
      const hooks = RECORDED_HOOKS.filter(({ path, body }) => path === '/account' && JSON.parse(body).id === message)
      const news = []
      for (const hook of hooks.filter(({ body }) => JSON.parse(body).event.startsWith('message_'))) {
        const received = provider.inlet?.receive(recordedDelivery(hook)) ?? { deliveryId: null, events: [], nudges: [] }
        news.push(...(await ingest('support', received, 'webhook')).events)
      }
      return { hooks: hooks.length, news: news.filter(({ type }) => type.startsWith('message-')) }
    },
  }
}

describe('what a real server answered to an act', () => {
  it.each(SENDS.map((one) => [one.n, one] as const))(
    'is news once, with its webhook: send %i',
    async (n, { response }) => {
      const gateway = openGateway()
      const { provider } = await startRecordedChatwoot({ 'POST /conversations/1/messages': n, 'GET /inboxes': 12 })
      const done = await provider.acts.send(TALK, { draft: draft(), clientMessageId: 'key' }, recordedCall())
      expect((await gateway.act(done.events)).map(({ type }) => type)).toEqual(['message-added'])
      const heard = await gateway.hear(response.body.id)
      expect(heard.hooks).toBeGreaterThan(0)
      const isLater = ({ type }: { readonly type: string }) => type !== 'message-deleted'
      expect(heard.news.filter(isLater)).toEqual([])
    },
  )

  it.each(DELETIONS.map((one) => [one.n, one] as const))(
    'is news once, with its webhook: deletion %i',
    async (n, deletion) => {
      const gateway = openGateway()
      const id = idOf(deletion)
      const { provider } = await startRecordedChatwoot({ [`DELETE /conversations/1/messages/${id}`]: n })
      const done = await provider.acts.deleteMessage(AT(id), false, recordedCall())
      expect((await gateway.act(done.events)).map(({ type }) => type)).toEqual(['message-deleted'])
      const heard = await gateway.hear(Number(id))
      expect(heard.hooks).toBeGreaterThan(0)
      expect(heard.news).toEqual([])
    },
  )
})

function idOf({ request }: RecordedExchange): string {
  return request.path.split('/').at(-1) ?? ''
}
