import { type Webhook, WebhookOutbox, type WebhookTarget } from '../../kit/emulator/index.ts'
import { APP_ID, REGION, WEBHOOK_ID, WEBHOOK_PASSWORD, WEBHOOK_USER } from './app.ts'
import { type Group, isGroup, type Json, type Membership, type Message, receiverOf, type User } from './entities.ts'
import { toMessage } from './message-shapes.ts'
import { toGroup, toUser } from './people-shapes.ts'
import type { ReceiptKind } from './receipts.ts'

/** Exactly 200 within two seconds; else twice more, ten and then thirty seconds later. Nothing is signed or numbered. */
export class Webhooks {
  readonly #outbox = new WebhookOutbox({
    timeoutMs: 2_000,
    retryDelaysMs: [10_000, 30_000],
    isAccepted: (status) => status === 200,
  })

  deliverTo(target: WebhookTarget | null): void {
    this.#outbox.deliverTo(target)
  }

  messageSent(message: Message): void {
    this.#send('message_sent', { message: toMessage(message, null, { withTags: true }) })
  }

  /** An edit or a deletion, by the message that tells of it. */
  messageChanged(deed: Message): void {
    this.#send(`message_${deed.deed?.action}`, { message: toMessage(deed, null) })
  }

  /** Goes to the author of the message, in a group to the group. It has no conversation id and no id of its own. */
  receipt(kind: ReceiptKind, reader: User, message: Message, at: number): void {
    const { conversation, sender } = message
    const receiver = receiverOf({ conversation, sender: reader })
    this.#send(kind === 'read' ? 'message_read_receipt' : 'message_delivery_receipt', {
      receiver: isGroup(receiver) ? receiver.guid : receiver.uid,
      receiverType: isGroup(receiver) ? 'group' : 'user',
      type: 'receipts',
      sender: reader.uid,
      messageSender: sender.uid,
      body: {
        action: kind,
        messageId: String(message.id),
        timestamp: at,
        user: { ...toUser(reader, null), status: 'online' },
      },
    })
  }

  /** Who came into a group or went, in a map by uid which says neither what they are there nor since when. */
  members(what: 'added' | 'kicked' | 'banned', group: Group, people: readonly User[], by: User): void {
    if (people.length === 0) return
    this.#send(`group_member_${what}`, {
      group: toGroup(group, null),
      members: Object.fromEntries(people.map((user) => [user.uid, toUser(user, null)])),
      by: toUser(by, null),
    })
  }

  scopeChanged(group: Group, { user, scope }: Membership, oldScope: string, by: User): void {
    this.#send('group_member_scope_changed', {
      group: toGroup(group, null),
      members: { [user.uid]: { ...toUser(user, null), scope, oldScope } },
      by: toUser(by, null),
    })
  }

  close(): void {
    this.#outbox.close()
  }

  #send(trigger: string, data: Json): void {
    this.#outbox.send(toWebhook({ trigger, data, appId: APP_ID, region: REGION, webhook: WEBHOOK_ID }))
  }
}

function toWebhook(payload: Json): Webhook {
  const credentials = Buffer.from(`${WEBHOOK_USER}:${WEBHOOK_PASSWORD}`).toString('base64')
  return {
    body: JSON.stringify(payload),
    headersFor: () => ({ 'content-type': 'application/json', authorization: `Basic ${credentials}` }),
  }
}
