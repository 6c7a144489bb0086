import type { Random } from '../../kit/emulator/index.ts'
import type { ChannelType, Contact, Inbox, Json } from './records.ts'
import type { MessageDraft } from './state.ts'
import { type Instant, toIso } from './time.ts'

/** Whether the shop could have a session with this contact in that kind of inbox. */
export function isReachable(contact: Contact, channel: ChannelType): boolean {
  if (channel === 'Channel::Email') return contact.email !== null
  if (channel === 'Channel::Whatsapp') return contact.phone !== null
  return true
}

/** How the channel names the contact. */
export function sourceIdIn(inbox: Inbox, contact: Contact, random: Random): string {
  const uuid = random.uuid()
  const hex = uuid.replaceAll('-', '')
  if (inbox.channelType === 'Channel::Email') return contact.email ?? uuid
  if (inbox.channelType === 'Channel::Whatsapp') return contact.phone?.replace('+', '') ?? uuid
  if (inbox.channelType === 'Channel::FacebookPage') return String(random.between(1e15, 9e15))
  return inbox.channelType === 'Channel::Line' ? `U${hex}` : uuid
}

/** What a conversation knows of how it began. */
export function openingAttributes(channel: ChannelType, index: number, at: Instant): Json {
  if (channel === 'Channel::WebWidget') {
    const browser = {
      device_name: 'Unknown',
      browser_name: 'Firefox',
      platform_name: 'Linux',
      browser_version: '140.0',
    }
    return {
      browser: { ...browser, platform_version: '0' },
      referer: 'https://books.example/a',
      initiated_at: { timestamp: toIso(at) },
      browser_language: index % 2 === 0 ? 'en' : 'nl',
    }
  }
  if (channel === 'Channel::Email')
    return { source: 'email', mail_subject: SUBJECTS[index % SUBJECTS.length], initiated_at: { timestamp: toIso(at) } }
  return index % 4 === 0 ? { conversation_language: 'en' } : {}
}

export function customAttributes(index: number): Json {
  return index % 3 === 0 ? { order: `A-${20_400 + index}`, gift: index % 2 === 0 } : {}
}

type Words = Pick<MessageDraft, 'content' | 'contentType' | 'contentAttributes' | 'sourceId'>

/** What somebody says, as that channel carries it: a letter has a subject, two bodies and an id. */
export function wordsOnChannel(channel: ChannelType, contact: Contact, text: string, random: Random): Words {
  const id = random.uuid().replaceAll('-', '')
  if (channel === 'Channel::Whatsapp') return { content: text, sourceId: `wamid.${id.toUpperCase()}` }
  if (channel === 'Channel::FacebookPage') return { content: text, sourceId: `m_${id}` }
  if (channel !== 'Channel::Email') return { content: text }
  const sourceId = `${id}@mail.example.com`
  return { content: text, contentType: 'incoming_email', contentAttributes: letter(contact, text, sourceId), sourceId }
}

function letter(contact: Contact, text: string, messageId: string): Json {
  const bodies = { full: text, reply: text, quoted: text }
  const html = `<div dir="ltr"><p>${text}</p></div>`
  return {
    email: {
      bcc: null,
      cc: ['family@example.com'],
      content_type: 'multipart/alternative; boundary=border',
      from: [contact.email],
      html_content: { full: html, reply: html, quoted: html },
      in_reply_to: null,
      message_id: messageId,
      multipart: true,
      number_of_attachments: 0,
      subject: SUBJECTS[0],
      text_content: bodies,
      to: ['letters@books.example'],
    },
    cc_email: ['family@example.com'],
    bcc_email: null,
  }
}

const SUBJECTS = ['A question about an order', 'Re: your invoice', 'Books for our reading circle']
