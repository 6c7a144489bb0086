import { createHash } from 'node:crypto'
import type { StoredFile } from './records.ts'

const LIFETIME_MS = 5 * 60_000

/** A link that needs no token, never ends, and answers with a redirect. */
export function permanentLink(baseUrl: string, file: StoredFile): string {
  return `${baseUrl}/rails/active_storage/blobs/redirect/${sign({ file: file.id })}/${encodeURIComponent(file.name)}`
}

/** The same of a small picture. */
export function thumbnailLink(baseUrl: string, file: StoredFile): string {
  const shape = sign({ resize: 250 })
  const name = encodeURIComponent(file.name)
  return `${baseUrl}/rails/active_storage/representations/redirect/${sign({ file: file.id })}/${shape}/${name}`
}

/** Where the redirect leads: the file itself, for five minutes. */
export function temporaryLink(baseUrl: string, file: StoredFile): string {
  const signed = sign({ file: file.id, until: Date.now() + LIFETIME_MS })
  return `${baseUrl}/rails/active_storage/disk/${signed}/${encodeURIComponent(file.name)}`
}

/** Which file a link's signed part names; null where it was not signed here or has run out. */
export function readSigned(signed: string): number | null {
  const [payload = '', digest] = signed.split('--')
  if (digest !== digestOf(payload)) return null
  const read: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  if (typeof read !== 'object' || read === null || !('file' in read) || typeof read.file !== 'number') return null
  const isOver = 'until' in read && typeof read.until === 'number' && read.until < Date.now()
  return isOver ? null : read.file
}

function sign(claims: Readonly<Record<string, number>>): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${payload}--${digestOf(payload)}`
}

function digestOf(payload: string): string {
  return createHash('sha1').update(`emulated chatwoot ${payload}`).digest('hex')
}
