import type { Conversation, Dated, Member, Message } from './records.ts'

/**
 * A message without content as it begins: what comes in is born delivered and refers to itself, what goes out is accepted and
 * names the contacts it goes to.
 */
export function newMessage({ id, createdAt }: Dated, conversation: Conversation, sender: Member): Message {
  const common = {
    id,
    createdAt,
    updatedAt: createdAt,
    sender,
    draft: false,
    reason: null,
    replyTo: null,
    interactions: [],
  }
  const content = { body: null, template: null }
  if (sender.actor.type !== 'contact') {
    const recipients = recipientsIn(conversation)
    return {
      ...common,
      ...content,
      status: 'accepted',
      reference: '',
      source: 'conversations',
      recipients,
      extraInformation: null,
    }
  }
  const extraInformation = extraInformationOf(conversation, createdAt)
  return {
    ...common,
    ...content,
    status: 'delivered',
    reference: id,
    source: 'channels',
    recipients: null,
    extraInformation,
  }
}

/** E-mail goes to the first contact, and to the others in copy. */
function recipientsIn({ members, channel }: Conversation): Message['recipients'] {
  const reached = members.flatMap(({ actor, address }) => (address === null ? [] : [{ actor, address }]))
  return reached.map((contact, index) => ({
    role: index > 0 && channel.platform === 'email' ? 'cc' : 'to',
    ...contact,
  }))
}

/** What the platform told besides: e-mail its headers, in base64; the others their own time in seconds. */
function extraInformationOf({ channel, name }: Conversation, createdAt: Date): Message['extraInformation'] {
  if (channel.platform !== 'email') return { timestamp: String(Math.floor(createdAt.getTime() / 1_000)) }
  return { email_headers: Buffer.from(JSON.stringify({ Subject: [name] })).toString('base64') }
}
