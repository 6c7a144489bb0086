import { randomUUID } from 'node:crypto'
import type { OutgoingFile } from '../port/index.ts'
import type { StreamBody } from './raw-request.ts'

/** One part of a form: a text, or a file under its own name. */
export type FormPart =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly file: Pick<OutgoingFile, 'fileName' | 'mimeType' | 'sizeBytes' | 'open'> }

/** `multipart/form-data` (RFC 7578), its files read while it is sent. */
export function multipart(parts: readonly FormPart[]): StreamBody {
  const boundary = `form-${randomUUID()}`
  const heads = parts.map((part) => Buffer.from(headOf(part, boundary)))
  const end = Buffer.from(`--${boundary}--\r\n`)
  const sizes = parts.map(
    (part) => ('file' in part ? part.file.sizeBytes : Buffer.byteLength(part.value)) + NEWLINE.length,
  )
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes: sum(heads.map(({ length }) => length)) + sum(sizes) + end.length,
    async *open() {
      for (const [index, part] of parts.entries()) {
        yield heads[index] ?? NEWLINE
        if ('file' in part) yield* part.file.open()
        else yield Buffer.from(part.value)
        yield NEWLINE
      }
      yield end
    },
  }
}

const NEWLINE = Buffer.from('\r\n')

function headOf(part: FormPart, boundary: string): string {
  const name = `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(part.name)}"`
  if (!('file' in part)) return `${name}\r\n\r\n`
  return `${name}; filename="${quoted(part.file.fileName)}"\r\ncontent-type: ${onOneLine(part.file.mimeType)}\r\n\r\n`
}

/** As browsers write it into a form's headers. */
function quoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}

function onOneLine(text: string): string {
  return text.replace(/[\r\n]/g, '')
}
