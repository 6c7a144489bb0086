import type { Conversation } from './records.ts'

export interface Media {
  readonly contentType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What lies behind the media links of that conversation; undefined where none of its messages links there. */
export function mediaOf({ messages }: Conversation, mediaId: string): Media | undefined {
  const bodies = messages.map(({ body }) => JSON.stringify(body))
  const link = bodies.find((body) => body.includes(`/media/${mediaId}"`))
  if (link === undefined) return undefined
  const isDocument = link.includes('"contentType":"application/pdf"')
  return isDocument ? { contentType: 'application/pdf', bytes: DOCUMENT } : { contentType: 'image/png', bytes: PIXEL }
}

/** A blank page. */
const DOCUMENT = new TextEncoder().encode(
  '%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj ' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
)

/** One transparent point. */
const PIXEL = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)
