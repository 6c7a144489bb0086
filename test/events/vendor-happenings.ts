import { createHash } from 'node:crypto'
import { bird } from '../../providers/bird/index.ts'
import { toFrameEvents } from '../../providers/chatwoot/frame-events.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { MessageScopes } from '../../providers/chatwoot/message-scopes.ts'
import { cometChat } from '../../providers/cometchat/index.ts'
import { hmacSha256 } from '../../providers/kit/signature.ts'
import { Wire } from '../../providers/kit/wire.ts'
import type { DomainEvent, Provider } from '../../providers/port/index.ts'
import { RECORDED_FRAMES, RECORDED_SECRETS, recordedFrame, recordedHook } from '../support/chatwoot-deliveries.ts'

/** What can become of one message that was written to a customer. */
export type Fate = 'created' | 'sent' | 'delivered' | 'read' | 'failed' | 'edited' | 'deleted'

/** What one inlet of a vendor tells of one message, as its adapter translates it; a fate of which it never tells is left out. */
export interface VendorHappenings {
  readonly vendor: string
  readonly told: Readonly<Partial<Record<Fate, readonly DomainEvent[]>>>
}

/** Every inlet there is. */
export async function vendorHappenings(): Promise<readonly VendorHappenings[]> {
  return [cometChatWebhooks(), chatwootWebhooks(), await chatwootFrames(), birdWebhooks()]
}

const NOW = new Date('2026-11-21T12:00:00Z')
const SECONDS = String(NOW.getTime() / 1000)

function receiver(provider: Provider, headersFor: (body: string) => Record<string, string>) {
  const { inlet } = provider
  if (inlet === null) throw new Error('there is no inlet')
  return (webhook: object): readonly DomainEvent[] => {
    const body = JSON.stringify(webhook)
    const headers = headersFor(body)
    return inlet.receive({ method: 'POST', headers, body: Buffer.from(body), receivedAt: NOW }).events
  }
}

/** It tells neither that a message was sent nor that it failed. */
function cometChatWebhooks(): VendorHappenings {
  const webhook = { username: 'hook', passwords: ['secret'] }
  const settings = cometChat.settings.parse({ appId: 'A', region: 'us', apiKey: 'key', webhook })
  const authorization = `Basic ${Buffer.from('hook:secret').toString('base64')}`
  const receive = receiver(cometChat.create('shop', settings), () => ({ authorization }))
  const told = (trigger: string, data: object) => receive({ trigger, data, appId: 'A', region: 'us', webhook: 'w' })
  const [alice, bob] = [
    { uid: 'alice', name: 'Alice' },
    { uid: 'bob', name: 'Bob' },
  ]
  const people = {
    sender: { entityType: 'user', entity: alice },
    receiver: { entityType: 'user', entity: { ...bob, conversationId: 'alice_user_bob' } },
  }
  const place = { conversationId: 'alice_user_bob', sender: 'alice', receiverType: 'user', receiver: 'bob' }
  const times = (seconds: number) => ({ sentAt: seconds, updatedAt: seconds })
  const message = { id: '51', ...place, category: 'message', type: 'text', ...times(1_700_000_500) }
  const written = { ...message, data: { text: 'hello', entities: people } }
  const action = (name: string, entity: object, seconds: number) => ({
    message: {
      id: String(seconds),
      ...place,
      category: 'action',
      type: 'message',
      ...times(seconds),
      data: {
        action: name,
        entities: { by: { entityType: 'user', entity: alice }, on: { entityType: 'message', entity } },
      },
    },
  })
  const receipt = (what: string, timestamp: number) => ({
    receiver: 'alice',
    receiverType: 'user',
    type: 'receipts',
    sender: 'bob',
    messageSender: 'alice',
    body: { action: what, messageId: '51', timestamp, user: bob },
  })
  const edited = { ...message, data: { text: 'edited', entities: people }, editedAt: 1_700_000_700, editedBy: 'alice' }
  const deleted = { id: '51', conversationId: 'alice_user_bob', deletedAt: 1_700_000_800, deletedBy: 'alice' }
  return {
    vendor: 'the webhooks of CometChat',
    told: {
      created: told('message_sent', { message: written }),
      delivered: told('message_delivery_receipt', receipt('delivered', 1_700_000_600)),
      read: told('message_read_receipt', receipt('read', 1_700_000_650)),
      edited: told('message_edited', action('edited', edited, 1_700_000_700)),
      deleted: told('message_deleted', action('deleted', deleted, 1_700_000_800)),
    },
  }
}

/** Nobody can edit a message there. Recorded, but for the status, of which only newer servers tell. */
function chatwootWebhooks(): VendorHappenings {
  const secret = RECORDED_SECRETS.account
  const plain = { baseUrl: 'http://127.0.0.1:9', accountId: 5, token: 'token', webhookSecrets: [secret] }
  const receive = receiver(chatwoot.create('support', chatwoot.settings.parse(plain)), (body) => ({
    'x-chatwoot-timestamp': SECONDS,
    'x-chatwoot-signature': `sha256=${hmacSha256(secret, `${SECONDS}.`, body).toString('hex')}`,
  }))
  const told = (n: number, change: object = {}) => receive({ ...JSON.parse(recordedHook(n).body), ...change })
  return {
    vendor: 'the webhooks of Chatwoot',
    told: {
      created: told(18),
      sent: told(54, { status: 'sent' }),
      delivered: told(54, { status: 'delivered' }),
      read: told(54, { status: 'read' }),
      failed: told(60, { status: 'failed' }),
      deleted: told(74, { id: 207 }),
    },
  }
}

/** The recorded frames of message 207, which was never deleted: that is recorded of another. */
async function chatwootFrames(): Promise<VendorHappenings> {
  const conversation = RECORDED_FRAMES.map(({ frame }) => frame?.message?.data).find((data) => data?.id === 1)
  const read = async () => Wire.object({ ...conversation, contact_last_seen_at: 0 }, 'conversation')
  const told = (n: number, change: object = {}) => {
    const { event, data } = recordedFrame(n)
    const reader = { account: 'support', accountId: '5', scopes: new MessageScopes('support', read) }
    return toFrameEvents({ event, data: { ...data, ...change } }, reader)
  }
  const created = RECORDED_FRAMES.find(({ frame }) => {
    const { event, data } = frame?.message ?? {}
    return event === 'message.created' && data.id === 207
  })
  if (created === undefined) throw new Error('the recording does not show how the message came')
  return {
    vendor: 'the socket of Chatwoot',
    told: {
      created: await told(created.n),
      sent: await told(151),
      delivered: await told(147),
      read: await told(149),
      failed: await told(155),
      deleted: await told(171, { id: 207 }),
    },
  }
}

/** It tells of no edit. What a message of ours says, it does not tell either: it is read. */
function birdWebhooks(): VendorHappenings {
  const [publicUrl, key] = ['https://gateway.example.com/webhooks/sales/0123456789', 'key of the test']
  const plain = { workspaceId: 'w', accessKey: 'key', webhook: { publicUrl, signingKeys: [key] } }
  const receive = receiver(bird.create('shop', bird.settings.parse(plain)), (body) => {
    const digest = createHash('sha256').update(body).digest()
    return {
      'messagebird-signature': hmacSha256(key, `${SECONDS}\n${publicUrl}\n`, digest).toString('base64'),
      'messagebird-request-timestamp': SECONDS,
      'messagebird-request-id': crypto.randomUUID(),
    }
  })
  const contact = {
    id: 'd4e8935a-5f48-45a5-95a5-ee7ba1e2c5b4',
    identifierKey: 'phonenumber',
    identifierValue: '+3511111111',
  }
  const ids = ['badbf15c-bad3-4bf3-9223-6b7f414f9770', '404544c5-9920-45f1-8990-0855634ab7ac', contact.id]
  const common = {
    channelId: '52ad151f-f7b4-46f9-a5c6-d3318e650c84',
    receiver: { contacts: [contact] },
    context: { type: 'conversation_message', id: ids.join(':'), tags: [] },
    createdAt: '2026-11-21T11:00:00Z',
  }
  const told = (event: string, payload: object) =>
    receive({ service: 'channels', event, payload: { ...common, ...payload } })
  const report = (status: string, minute: number, reason = '') => {
    const at = `2026-11-21T11:0${minute}:00Z`
    const rest = { direction: 'outgoing', body: { type: 'text', text: { text: 'hello' } }, sender: { connector: {} } }
    return told('whatsapp.outbound', { id: ids[1], ...rest, status, reason, lastStatusAt: at, updatedAt: at })
  }
  const platform = { platformId: 'whatsapp', metadata: {}, createdAt: '2026-11-21T11:05:00Z' }
  return {
    vendor: 'the webhooks of Bird',
    told: {
      created: report('accepted', 0),
      sent: report('sent', 1),
      delivered: report('delivered', 3),
      read: told('whatsapp.interaction', { id: 'i', messageId: ids[1], type: 'read', ...platform }),
      failed: report('delivery_failed', 2, 'no such number'),
      deleted: report('deleted', 6),
    },
  }
}
