import { Wire } from '../kit/wire.ts'
import type { Attachment, JsonObject } from '../port/index.ts'

/** Texts and e-mails have `attachments`, pictures `images`, files `files`; a gif has its address directly. */
const PLACES = ['attachments', 'images', 'files'] as const

/** What hangs on a message. What cannot be opened, for want of a proper address, is left out. */
export function toAttachments(content: JsonObject, host: string): readonly Attachment[] {
  const wire = Wire.object(content, 'body')
  const items = [...PLACES.flatMap((place) => (Array.isArray(content[place]) ? wire.list(place) : [])), wire]
  return items.flatMap((item, index) => toAttachment(item, String(index), host))
}

function toAttachment(wire: Wire, key: string, host: string): readonly Attachment[] {
  const url = wire.url('mediaUrl')
  if (url === null) return []
  return [
    {
      key,
      url,
      thumbnailUrl: null,
      opensFor: isBirds(url, host) ? 'gateway' : 'anyone',
      urlExpiresAt: null,
      mimeType: wire.filledText('contentType'),
      fileName: wire.filledText('filename'),
      sizeBytes: null,
      width: null,
      height: null,
    },
  ]
}

/** Bird keeps media on a host below the API's (`media.api.bird.com`). The key must go nowhere else. */
function isBirds(url: string, host: string): boolean {
  const mediaHost = new URL(url).host
  return mediaHost === host || mediaHost.endsWith(`.${host}`)
}
