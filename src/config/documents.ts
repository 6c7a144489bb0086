import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from '../../providers/kit/settings.ts'
import { type Checked, check } from './check.ts'

/** Documents that clients may name instead of sending them. */
export interface DocumentsConfig {
  /** By their SHA-256, in lower-case hexadecimal. */
  readonly texts: ReadonlyMap<string, string>
  /** Whether no others are taken. */
  readonly only: boolean
}

/** Reads `documents`; null: none have a name, and all are taken. The path of the file is relative to `directory`. */
export function readDocuments(
  raw: unknown,
  directory: string,
): Checked<{ readonly documents: DocumentsConfig | null }> {
  if (raw === undefined || raw === null) return { value: { documents: null }, problems: [] }
  const checked = check(documentsSchema, raw, { path: ['documents'], siblings: [] })
  if (checked.value === null) return checked
  const { file, only } = checked.value
  const texts = check(textsSchema, readJson(resolve(directory, file)), { path: ['documents', 'file'], siblings: [] })
  if (texts.value === null) return texts
  const misnamed = [...texts.value].filter(([hash, text]) => hash !== hashOf(text))
  if (misnamed.length === 0) return { value: { documents: { texts: texts.value, only } }, problems: [] }
  const message = `the SHA-256 of this document is not its name: ${misnamed.map(([hash]) => hash).join(', ')}`
  return { value: null, problems: [{ path: 'documents.file', message }] }
}

/** The name of a document. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const documentsSchema = z.strictObject({
  file: z.string().min(1, { error: 'expected the path of a JSON file' }),
  only: z.boolean().default(false),
})

const textsSchema = z
  .record(z.string().regex(/^[0-9a-f]{64}$/), z.string().min(1), {
    error: 'expected a JSON file that gives each document by its SHA-256 in hexadecimal: { "5f8d…": "query …" }',
  })
  .transform((texts): ReadonlyMap<string, string> => new Map(Object.entries(texts)))

/** Undefined: there is no such file, or it is not JSON. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
