import type { Random } from '../../kit/emulator/index.ts'
import type { JsonObject } from './records.ts'

/** What a special message is made of. */
export interface Words {
  readonly random: Random
  readonly text: string
  /** Where its conversation keeps media, without the origin. */
  readonly mediaPath: string
}

export type BodyMaker = (words: Words) => JsonObject

export function textBody(text: string): JsonObject {
  return { type: 'text', text: { text } }
}

/** As mail programs write it, long enough for previews to cut it. */
export function htmlBody(text: string, name: string): JsonObject {
  const paragraphs = ['Hello,', text, GOODBYE, name]
  const html = paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('')
  return { type: 'html', html: { text: `${paragraphs.join('\r\n\r\n')}\r\n`, html } }
}

const GOODBYE =
  'If anything is unclear, an answer to this message reaches the right desk; mentioning the order again is not necessary.'

export function commentBody(text: string): JsonObject {
  return { type: 'comment', comment: { text } }
}

/** What either side may send besides plain text. */
export const SHARED_BODIES: readonly BodyMaker[] = [
  ({ text, ...media }) => ({ type: 'image', image: { images: [{ mediaUrl: mediaIn(media) }], text } }),
  (media) => ({ type: 'image', image: { images: [{ mediaUrl: mediaIn(media) }, { mediaUrl: mediaIn(media) }] } }),
  (media) => ({
    type: 'file',
    file: { files: [{ mediaUrl: mediaIn(media), contentType: 'application/pdf', filename: 'receipt.pdf' }] },
  }),
  (media) => ({ type: 'gif', gif: { mediaUrl: mediaIn(media) } }),
  ({ text, ...media }) => ({
    type: 'text',
    text: {
      text,
      attachments: [{ mediaUrl: mediaIn(media), filename: 'cover.png', inline: false, contentId: '' }],
      metadata: { subject: 'A picture of the cover' },
    },
  }),
  () => ({
    type: 'location',
    location: {
      coordinates: { latitude: 50.8211, longitude: -0.1384 },
      location: { address: 'Pier Road 1, Brighton', label: 'The shop at the pier' },
    },
  }),
]

/**
 * What only a shop sends. The fact sheet of the vendor has the first body and the names of the others; what is inside those is
 * inferred.
 */
export const SHOP_BODIES: readonly BodyMaker[] = [
  ({ text }) => ({
    type: 'text',
    text: {
      text,
      actions: [
        { type: 'link', link: { text: 'See the book', url: 'https://example.com/books' } },
        { type: 'postback', postback: { text: 'Keep it for me', payload: 'keep' } },
      ],
    },
  }),
  ({ text }) => ({ type: 'list', list: { text, items: [{ title: 'Paperback' }, { title: 'Hardback' }] } }),
  ({ text }) => ({ type: 'section', section: { text, sections: [{ title: 'New', items: [{ title: 'Piranesi' }] }] } }),
  ({ text, ...media }) => ({
    type: 'carousel',
    carousel: { text, items: [{ title: 'Flatland', mediaUrl: mediaIn(media) }, { title: 'Middlemarch' }] },
  }),
  () => ({ type: 'authentication', authentication: { text: '482913 is your code.', code: '482913' } }),
  ({ text }) => ({
    type: 'action',
    action: { text, actions: [{ type: 'postback', postback: { text: 'Yes', payload: 'yes' } }] },
  }),
]

export function templateOf(random: Random): JsonObject {
  return {
    projectId: random.uuid(),
    version: 'latest',
    locale: 'en',
    name: 'order-on-its-way',
    parameters: [{ type: 'string', key: 'order', value: String(random.between(20_000, 30_000)) }],
  }
}

function mediaIn({ mediaPath, random }: Pick<Words, 'mediaPath' | 'random'>): string {
  return `${mediaPath}/${random.uuid()}`
}
