import { GraphQLError } from 'graphql'
import type { ErrorCode } from '../../schema/errors.ts'
import { type DocumentsConfig, hashOf } from '../config/documents.ts'

/** What a request may say of its document: the text, or the name of one that the gateway knows. */
export interface AskedDocument {
  readonly query?: unknown
  /** `sha256:` and the hash. */
  readonly documentId?: unknown
  /** `{ persistedQuery: { sha256Hash } }` */
  readonly extensions?: unknown
}

/**
 * The text of the document that is asked for; null where nothing is asked for. Throws what clients may see where the name is
 * nobody's, or the text is none of those that alone are taken.
 */
export function findText(asked: AskedDocument, documents: DocumentsConfig | null): string | null {
  const { query } = asked
  if (typeof query === 'string' && query !== '') {
    if (documents?.only === true && documents.texts.get(hashOf(query)) === undefined) {
      throw refusal('DOCUMENT_NOT_ALLOWED', 'Only documents that this gateway knows are taken.')
    }
    return query
  }
  const hash = nameOf(asked)
  if (hash === null) return null
  const text = documents?.texts.get(hash)
  if (text === undefined) throw refusal('DOCUMENT_UNKNOWN', 'There is no document of this name.')
  return text
}

/** Puts the text in the place of the name, as a hook of Yoga. */
export function createDocumentsPlugin(documents: DocumentsConfig | null) {
  return {
    onParams({ params, request, setParams }: ParamsHook) {
      if (typeof params !== 'object' || params === null) return
      // By GET Yoga reads only what it knows.
      const { documentId = inAddress(request), ...rest } = params
      const text = findText({ ...rest, documentId }, documents)
      if (text !== null) setParams({ ...rest, query: text })
    },
  }
}

function nameOf({ documentId, extensions }: AskedDocument): string | null {
  if (typeof documentId === 'string') return documentId.replace(/^sha256:/, '')
  const persisted = isGroup(extensions) ? extensions.persistedQuery : undefined
  return isGroup(persisted) && typeof persisted.sha256Hash === 'string' ? persisted.sha256Hash : null
}

function inAddress({ method, url }: Request): string | undefined {
  return method === 'GET' ? (new URL(url).searchParams.get('documentId') ?? undefined) : undefined
}

function refusal(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { spec: true, status: 400 } } })
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

interface ParamsHook {
  readonly params: AskedDocument
  readonly request: Request
  setParams(params: AskedDocument): void
}
