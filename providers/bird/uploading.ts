import { Http } from '../kit/http.ts'
import { type FormPart, multipart } from '../kit/multipart.ts'
import type { Wire } from '../kit/wire.ts'
import { type CallContext, type ConversationRef, type OutgoingFile, ProviderError } from '../port/index.ts'
import type { Desk } from './desk.ts'
import { uuidOf } from './refs.ts'

/** Puts a file where messages of that conversation can show it, and answers its address. Two calls, one of them not to Bird. */
export async function uploadFile(
  conversation: ConversationRef,
  file: OutgoingFile,
  { client, baseUrl, account }: Desk,
  call: CallContext,
): Promise<string> {
  const place = await client.createUpload(uuidOf(conversation), file.mimeType, call)
  const mediaUrl = place.url('mediaUrl')
  if (mediaUrl === null) throw new ProviderError('MALFORMED', 'bird: the upload has no mediaUrl')
  const form = multipart([...fieldsOf(place.object('uploadFormData')), { name: 'file', file }])
  const address = storageAddress(place, baseUrl)
  // A store of its own for each: Bird alone knows where files go, and its key must not go there.
  const store = new Http({
    name: `bird account "${account}", file store`,
    baseUrl: address.origin,
    headers: () => ({}),
    errorOf: ({ status }, what) =>
      new ProviderError(status >= 500 ? 'UNAVAILABLE' : 'INVALID', `${what}: the file was refused: ${status}`, {
        providerStatus: status,
      }),
    maxInFlight: 1,
  })
  try {
    await store.write(
      { method: 'POST', path: address.pathname + address.search, stream: form, repeatable: false },
      call,
    )
  } catch (error) {
    throw withoutDoubt(error)
  } finally {
    await store.close()
  }
  return mediaUrl
}

function fieldsOf(form: Wire): readonly FormPart[] {
  return form.keys().map((name) => ({ name, value: form.text(name) }))
}

/** As safe as the way to Bird itself: without TLS only where that has none, which is on this machine alone. */
function storageAddress(place: Wire, baseUrl: string): URL {
  const text = place.url('uploadUrl')
  const url = text === null ? null : new URL(text)
  if (url === null || (url.protocol !== 'https:' && url.origin !== new URL(baseUrl).origin))
    throw new ProviderError('MALFORMED', 'bird: the upload has no safe uploadUrl')
  return url
}

/** A file that nobody mentions is no message: whatever became of it, nothing was said. */
function withoutDoubt(error: unknown): unknown {
  if (!(error instanceof ProviderError) || error.code !== 'OUTCOME_UNKNOWN') return error
  return error.facts.cause ?? error
}
