import { deleteMessage, failMessage } from './receipts.ts'
import type { Attachment, ChannelType, Json } from './records.ts'
import { post } from './rules.ts'
import { asAgent, asContact, type Cast, type Play } from './seed-beats.ts'
import type { MessageDraft } from './state.ts'

/** One message of every unusual kind that a channel can have. */
export function unusualMessages(cast: Cast, channel: ChannelType): readonly Play[] {
  const common = [note(cast), picture(cast), documents(cast), reply(cast), deleted(cast)]
  const own: Readonly<Record<ChannelType, readonly Play[]>> = {
    'Channel::Api': [...choices(cast), failed(cast, '500 Internal Server Error'), mention(cast)],
    'Channel::WebWidget': choices(cast),
    'Channel::Email': [],
    'Channel::Whatsapp': [
      location(cast),
      failed(cast, '131026: Message undeliverable'),
      sharedContact(cast),
      voice(cast),
    ],
    'Channel::FacebookPage': [sharedPost(cast), location(cast)],
    'Channel::Line': [sticker(cast)],
  }
  return [...own[channel], ...common]
}

/** A thread with one of everything, in the order in which the shop's people tried it out. */
export function tour(cast: Cast): readonly Play[] {
  const { account } = cast
  return [
    says(cast, { content: 'Hello Ada, how can we help?' }),
    hears(cast, { content: 'My parcel is late 📦' }),
    reply(cast),
    says(cast, { content: 'Looking **into** it', sourceId: 'client-key-1' }),
    note(cast),
    mention(cast),
    says(cast, { content: 'see the label', attachments: [pictureOf(cast)] }),
    hears(cast, { content: null, attachments: [fileOf(cast, 'text'), fileOf(cast, 'data')] }),
    says(cast, { content: null }),
    says(cast, { content: '<b>bold</b> <script>alert(1)</script> & [link](https://books.example)\n\n> quoted\n\n\n' }),
    says(cast, {
      content: 'reply to nothing',
      contentAttributes: { in_reply_to: null, in_reply_to_external_id: null },
    }),
    ...choices(cast),
    (conversation, at) => {
      const draft: MessageDraft = { type: 'activity', sender: asContact(cast), content: 'said by hand' }
      post(account, conversation, draft, at)
    },
    says(cast, { content: 'A long answer, line by line.\n'.repeat(80) }),
    deleted(cast),
    failed(cast, 'number unreachable'),
  ]
}

export function note(cast: Cast): Play {
  return says(cast, { content: 'customer is in a hurry', private: true })
}

export function says(cast: Cast, draft: Omit<MessageDraft, 'type' | 'sender'>): Play {
  return (conversation, at) =>
    void post(cast.account, conversation, { ...draft, type: 'outgoing', sender: asAgent(cast) }, at)
}

export function hears(cast: Cast, draft: Omit<MessageDraft, 'type' | 'sender'>): Play {
  return (conversation, at) =>
    void post(cast.account, conversation, { ...draft, type: 'incoming', sender: asContact(cast) }, at)
}

export function greeting({ account }: Cast): Play {
  return (conversation, at) => {
    post(account, conversation, { type: 'template', sender: null, content: 'Welcome to the shop!' }, at)
  }
}

export function survey({ account }: Cast, rating: number | null): Play {
  const submitted = { submitted_values: { csat_survey_response: { rating, feedback_message: 'quick' } } }
  const draft: MessageDraft = {
    type: 'template',
    sender: null,
    content: 'Please rate the conversation',
    contentType: 'input_csat',
    contentAttributes: { display_type: 'emoji', ...(rating === null ? {} : submitted) },
  }
  return (conversation, at) => void post(account, conversation, draft, at)
}

function mention(cast: Cast): Play {
  return says(cast, { content: '[@Piet](mention://user/9/Piet%20Agent) please look', private: true })
}

function picture(cast: Cast): Play {
  return hears(cast, { content: 'this is how it arrived', attachments: [pictureOf(cast)] })
}

function documents(cast: Cast): Play {
  return says(cast, { content: 'the invoice', attachments: [fileOf(cast, 'text')] })
}

function reply(cast: Cast): Play {
  return (conversation, at) => {
    const target = conversation.messages.findLast(({ type }) => type === 'incoming')
    const contentAttributes = { in_reply_to: target?.id ?? null, in_reply_to_external_id: target?.sourceId ?? null }
    says(cast, { content: 'Looking into it', contentAttributes })(conversation, at)
  }
}

function deleted(cast: Cast): Play {
  return (conversation, at) => {
    const draft: MessageDraft = { type: 'outgoing', sender: asAgent(cast), content: 'said too much' }
    deleteMessage(cast.account, post(cast.account, conversation, draft, at), at + 20)
  }
}

function failed(cast: Cast, cause: string): Play {
  return (conversation, at) => {
    const draft: MessageDraft = { type: 'outgoing', sender: asAgent(cast), content: 'Are you still there?' }
    failMessage(cast.account, post(cast.account, conversation, draft, at), cause, at + 50)
  }
}

function choices(cast: Cast): readonly Play[] {
  return [
    interactive(cast, 'input_select', 'Which one?', [
      { title: 'Parcel', value: 'parcel' },
      { title: 'Letter', value: 'letter' },
    ]),
    interactive(cast, 'cards', 'Our books', [
      {
        media_url: 'https://books.example/1.png',
        title: 'One',
        description: 'first',
        actions: [{ type: 'link', text: 'Read', uri: 'https://books.example/1' }],
      },
    ]),
    interactive(cast, 'form', 'Your address', [
      { name: 'street', placeholder: 'Street', type: 'text', label: 'Street', required: true },
    ]),
    interactive(cast, 'article', 'Read', [
      { title: 'Returns', description: 'how to', link: 'https://books.example/returns' },
    ]),
  ]
}

function interactive(cast: Cast, contentType: string, content: string, items: readonly Json[]): Play {
  return says(cast, { content, contentType, contentAttributes: { items } })
}

function location(cast: Cast): Play {
  const extra = { coordinates_lat: 52.0116, coordinates_long: 4.3571, fallback_title: 'Markt, Delft', data_url: null }
  return hears(cast, { content: null, attachments: [withoutFile('location', extra)] })
}

function sharedContact(cast: Cast): Play {
  const extra = { fallback_title: '+15550177002', meta: { firstName: 'Hedy', lastName: 'Lamarr' } }
  return hears(cast, { content: null, attachments: [withoutFile('contact', extra)] })
}

function sharedPost(cast: Cast): Play {
  const extra = { fallback_title: 'Our window', data_url: 'https://facebook.example/posts/1' }
  return hears(cast, { content: null, attachments: [withoutFile('fallback', extra)] })
}

function voice(cast: Cast): Play {
  const note: Omit<Attachment, 'id'> = {
    fileType: 'audio',
    file: cast.files.data,
    size: null,
    extra: { transcribed_text: '' },
  }
  return hears(cast, { content: null, attachments: [note] })
}

function sticker(cast: Cast): Play {
  return hears(cast, { content: null, contentType: 'sticker', attachments: [pictureOf(cast)] })
}

function pictureOf({ files }: Cast): Omit<Attachment, 'id'> {
  return { fileType: 'image', file: files.picture, size: { width: 1, height: 1 }, extra: {} }
}

function fileOf({ files }: Cast, which: 'text' | 'data'): Omit<Attachment, 'id'> {
  return { fileType: 'file', file: files[which], size: null, extra: {} }
}

function withoutFile(fileType: Attachment['fileType'], extra: Json): Omit<Attachment, 'id'> {
  return { fileType, file: null, size: null, extra }
}
