import { Hono } from 'hono'
import type { Media } from './media.ts'

/** Where uploads go: not under the API, and without its key. */
export const STORAGE_PATH = '/upload-storage'
const MAX_BYTES = 100 * 1024 * 1024

/** Where a file may be put, as Bird tells it. */
export interface Place {
  readonly mediaUrl: string
  readonly uploadUrl: string
  readonly uploadMethod: 'POST'
  readonly uploadFormData: Readonly<Record<string, string>>
}

/** The bucket of a storage that Bird rents: takes what Bird has signed a form for, for as long as the emulator runs. */
export class Storage {
  readonly #maxBytes: number
  readonly #awaited = new Map<string, Readonly<Record<string, string>>>()
  readonly #files = new Map<string, Media>()

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes
  }

  file(mediaId: string): Media | undefined {
    return this.#files.get(mediaId)
  }

  offer(mediaId: string, mediaPath: string, contentType: string, origin: string): Place {
    const uploadFormData = {
      key: `${mediaPath.slice(1)}/${mediaId}`,
      'Content-Type': contentType,
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      Policy: Buffer.from(JSON.stringify({ mediaId })).toString('base64'),
    }
    this.#awaited.set(mediaId, uploadFormData)
    return {
      mediaUrl: `${origin}${mediaPath}/${mediaId}`,
      uploadUrl: `${origin}${STORAGE_PATH}`,
      uploadMethod: 'POST',
      uploadFormData,
    }
  }

  /** The code with which the form is refused; null: the file is kept. */
  async put(form: FormData): Promise<string | null> {
    const mediaId = String(form.get('key')).split('/').at(-1) ?? ''
    const awaited = this.#awaited.get(mediaId)
    if (awaited === undefined || !Object.entries(awaited).every(([name, value]) => form.get(name) === value))
      return 'AccessDenied'
    const [name, file] = [...form.entries()].at(-1) ?? []
    if (name !== 'file' || !(file instanceof File)) return 'InvalidArgument'
    if (file.size > this.#maxBytes) return 'EntityTooLarge'
    this.#files.set(mediaId, {
      contentType: awaited['Content-Type'] ?? file.type,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })
    return null
  }
}

/** As S3 takes a form: 204, or a refusal in XML. A second credential beside the form's is refused too. */
export function storageRoutes(storage: Storage): Hono {
  const routes = new Hono()
  routes.post(STORAGE_PATH, async (context) => {
    const hasCredential = context.req.header('authorization') !== undefined
    const form = await context.req.formData().catch(() => new FormData())
    const refusal = hasCredential ? 'InvalidArgument' : await storage.put(form)
    if (refusal === null) return context.body(null, 204)
    return context.body(`<?xml version="1.0"?><Error><Code>${refusal}</Code></Error>`, statusOf(refusal), {
      'content-type': 'application/xml',
    })
  })
  return routes
}

function statusOf(refusal: string): 400 | 403 {
  return refusal === 'AccessDenied' ? 403 : 400
}
