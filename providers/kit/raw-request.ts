import type { RawRequest } from './exchange.ts'

/** `undefined` leaves a parameter out; a list repeats it. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** A body that is made while it is sent. */
export interface StreamBody {
  readonly contentType: string
  /** Null: not known before its end. */
  readonly sizeBytes: number | null
  /** From the beginning, each time it is called. */
  open(): AsyncIterable<Uint8Array>
}

/** One read of a provider. POST only where the vendor's query needs a body and changes nothing. */
export interface ReadRequest {
  readonly method?: 'GET' | 'POST'
  /** Behind the base URL, beginning with a slash; parts that come from data are already percent-encoded. */
  readonly path: string
  readonly query?: Query
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** A quota of its own, where the vendor limits this call apart from the others. */
  readonly quota?: string
}

/** Something that changes the provider. */
export interface WriteRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As of a read. */
  readonly path: string
  readonly query?: Query
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, or a stream such as the kit's `multipart`. */
  readonly body?: unknown
  readonly stream?: StreamBody
  readonly quota?: string
  /** Whether doing it twice comes to the same as doing it once: then it is tried again as a read is. */
  readonly repeatable: boolean
}

/** The request as it goes out; `headers` go with every request of the account. */
export function toRawRequest(
  wanted: ReadRequest | WriteRequest,
  basePath: string,
  headers: Readonly<Record<string, string>>,
): RawRequest {
  const { contentHeaders, body } = bodyOf(wanted)
  return {
    method: wanted.method ?? 'GET',
    path: basePath + wanted.path + queryString(wanted.query),
    headers: { accept: 'application/json', ...contentHeaders, ...headers, ...wanted.headers },
    body,
  }
}

function bodyOf(wanted: ReadRequest | WriteRequest): {
  readonly contentHeaders: Readonly<Record<string, string>>
  readonly body: RawRequest['body']
} {
  const { body } = wanted
  const stream = 'stream' in wanted ? wanted.stream : undefined
  if (stream !== undefined) {
    const length = stream.sizeBytes === null ? {} : { 'content-length': String(stream.sizeBytes) }
    return { contentHeaders: { 'content-type': stream.contentType, ...length }, body: stream.open() }
  }
  if (body === undefined) return { contentHeaders: {}, body: null }
  return { contentHeaders: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function queryString(query: Query | undefined): string {
  if (query === undefined) return ''
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (typeof value === 'object') for (const item of value) parameters.append(key, item)
    else parameters.append(key, String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}
