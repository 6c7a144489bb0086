import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { buildConnector, Client, type Dispatcher } from 'undici'
import { type OutgoingFile, ProviderError } from '../port/index.ts'
import { isPublicAddress } from './public-address.ts'

export interface PublicFileLimits {
  readonly maxBytes: number
  /** Absolute, milliseconds since 1970. */
  readonly deadline: number
  readonly signal: AbortSignal
}

/** What the rules need to know of the network; tests bring their own. */
export interface PublicNetwork {
  /** All addresses of a host, as text. */
  addressesOf(hostname: string): Promise<readonly string[]>
  isPublic(address: string): boolean
}

/** Fetches a file from an address that a client named. */
export type OpenPublicFile = (url: string, limits: PublicFileLimits) => Promise<OutgoingFile>

/**
 * Makes the one who fetches what a client names by http(s) URL, so that the client cannot look through it into the network
 * that this runs in. Every address of the host must be public, in the URL itself and in each of at most three redirects, and
 * the address that was looked at is the one that is dialled. The file is held in memory up to `maxBytes`.
 *
 * Throws `INVALID` for what may not or cannot be fetched, saying no more of it than the client needs, and `TIMEOUT`.
 */
export function createPublicFiles(network: PublicNetwork = INTERNET): OpenPublicFile {
  return async (url, limits) => {
    const timeLeftMs = Math.max(0, Math.min(MAX_MS, limits.deadline - Date.now()))
    const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(timeLeftMs)])
    try {
      return await follow(url, { network, signal, maxBytes: limits.maxBytes })
    } catch (error) {
      if (error instanceof ProviderError) throw error
      if (signal.aborted) throw new ProviderError('TIMEOUT', 'the file did not come in time', { cause: error })
      throw refused('it could not be fetched', error)
    }
  }
}

const INTERNET: PublicNetwork = {
  addressesOf: async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
  isPublic: isPublicAddress,
}

const MAX_REDIRECTS = 3
const MAX_MS = 15_000
const CONNECT_TIMEOUT_MS = 3_000

interface Fetching {
  readonly network: PublicNetwork
  readonly signal: AbortSignal
  readonly maxBytes: number
}

async function follow(first: string, fetching: Fetching): Promise<OutgoingFile> {
  let url = readUrl(first)
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const outcome = await visit(url, fetching)
    if (!(outcome instanceof URL)) return outcome
    url = outcome
  }
  throw refused('it redirects too often')
}

/** The file, or where to look for it. */
async function visit(url: URL, fetching: Fetching): Promise<OutgoingFile | URL> {
  const address = await vettedAddress(url, fetching)
  const client = new Client(url.origin, { connect: dial(address), allowH2: false })
  try {
    const answer = await client.request({
      method: 'GET',
      path: url.pathname + url.search,
      headers: { accept: '*/*', 'accept-encoding': 'identity' },
      signal: fetching.signal,
    })
    const { location } = answer.headers
    if (REDIRECTS.has(answer.statusCode) && typeof location === 'string') return readUrl(location, url)
    if (answer.statusCode !== 200) throw refused(`its server answered ${answer.statusCode}`)
    return await toFile(answer, url, fetching.maxBytes)
  } finally {
    await client.destroy()
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Also brings other spellings of an IPv4 address (decimal, hexadecimal, octal, short, full-width) into the one that is checked. */
function readUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw refused('it is no http(s) URL')
  if (url.username !== '' || url.password !== '') throw refused('a URL with a user in it is not opened')
  return url
}

/** Node looks up names only: an address that stands in the URL itself has to be checked just the same. */
async function vettedAddress({ hostname }: URL, { network, signal }: Fetching): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) === 0 ? await whileUnaborted(network.addressesOf(host), signal) : [host]
  const [address] = addresses
  if (address === undefined || !addresses.every((one) => network.isPublic(one))) throw refused('it is not public')
  return address
}

/** Connects to that address whatever the name says by now; the certificate is still that of the name. */
function dial(address: string): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false })
  return (options, callback) => connect({ ...options, hostname: address }, callback)
}

async function toFile(answer: Dispatcher.ResponseData, url: URL, maxBytes: number): Promise<OutgoingFile> {
  if (answer.headers['content-encoding'] !== undefined) throw refused('its server packs it')
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of answer.body) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw refused(`it has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return {
    kind: 'file',
    fileName: fileNameIn(url),
    mimeType: mimeTypeOf(answer.headers['content-type']),
    sizeBytes,
    async *open() {
      yield* chunks
    },
  }
}

function mimeTypeOf(header: string | string[] | undefined): string {
  const [essence = ''] = String(header ?? '').split(';')
  return /^[\w.+-]+\/[\w.+-]+$/.test(essence.trim()) ? essence.trim().toLowerCase() : 'application/octet-stream'
}

function fileNameIn({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(last) || 'file'
  } catch {
    return last
  }
}

/** A lookup cannot be ended; what becomes of it is no longer waited for. */
async function whileUnaborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return signal.aborted ? Promise.reject(signal.reason) : Promise.race([work, ended])
}

function refused(why: string, cause?: unknown): ProviderError {
  return new ProviderError('INVALID', `a file named by its URL: ${why}`, {
    issues: [{ path: [], detail: `The file cannot be fetched: ${why}.` }],
    ...(cause === undefined ? {} : { cause }),
  })
}
