import { getOperationAST } from 'graphql'
import type { createYoga } from 'graphql-yoga'
import type { DocumentsConfig } from '../config/documents.ts'
import type { KnownDocuments } from './known-documents.ts'
import { type AskedDocument, findText } from './persisted-documents.ts'

/** The answer to a query that needs none of what GraphQL over HTTP knows beside it. */
export interface PlainAnswer {
  readonly type: string
  readonly text: string
}

/** What a posted query is run with: the server whose hooks run and mask it, and the documents that it has found valid. */
export interface PlainPostOptions<ServerContext extends object, Context extends object> {
  readonly yoga: ReturnType<typeof createYoga<ServerContext, Context>>
  readonly asker: ServerContext
  readonly known: KnownDocuments
  readonly documents: DocumentsConfig | null
}

/**
 * Runs a posted query that has been run before, without making a Request and a Response of it: these cost more than a small
 * query does itself. Null for everything out of the ordinary (another form of body or answer, wrong variables, a mutation):
 * that goes the long way from its beginning, and nothing has happened yet.
 */
export async function answerPlainPost<ServerContext extends object, Context extends object>(
  { yoga, asker, known, documents }: PlainPostOptions<ServerContext, Context>,
  accept: string | undefined,
  body: string,
): Promise<PlainAnswer | null> {
  const type = PLAIN_TYPES.get(accept ?? '*/*')
  const parameters = type === undefined ? null : readParameters(body, documents)
  const document = parameters === null ? null : known.find(parameters.query)
  if (type === undefined || parameters === null || document === null) return null
  const { variables: variableValues, operationName } = parameters
  if (getOperationAST(document, operationName)?.operation !== 'query') return null
  const { contextFactory, execute, schema } = yoga.getEnveloped({ ...asker, params: parameters })
  const contextValue = await contextFactory()
  const result = await execute({ schema, document, contextValue, variableValues, operationName })
  return 'data' in result ? { type, text: JSON.stringify(result) } : null
}

/** What clients accept who want one JSON answer, in their own spelling, and the type they are then sent. */
const PLAIN_TYPES: ReadonlyMap<string, string> = new Map([
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
  ['application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json'],
])

interface Parameters {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>> | undefined
  readonly operationName: string | undefined
}

function readParameters(body: string, documents: DocumentsConfig | null): Parameters | null {
  const parsed = parseJson(body)
  if (!isObject(parsed)) return null
  const { query: _query, variables, operationName, documentId: _documentId, extensions, ...rest } = parsed
  const query = findTextIn(parsed, documents)
  if (query === null || Object.keys(rest).length > 0) return null
  if (extensions !== undefined && extensions !== null && !isObject(extensions)) return null
  if (variables !== undefined && variables !== null && !isObject(variables)) return null
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return null
  return { query, variables: variables ?? undefined, operationName: operationName ?? undefined }
}

function findTextIn(asked: AskedDocument, documents: DocumentsConfig | null): string | null {
  try {
    return findText(asked, documents)
  } catch {
    return null
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
