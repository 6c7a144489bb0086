import { randomBytes } from 'node:crypto'
import { type ConversationRef, type OutgoingFile, ProviderError } from '../../providers/port/index.ts'
import type { Upload, UploadRequest } from '../../schema/acts.ts'
import { LogUnavailable } from '../events/log.ts'
import { inPieces } from './pieces.ts'
import { type AnnouncedUpload, type KnownUpload, PIECE_BYTES, ROOM_BYTES, type UploadStore } from './upload-store.ts'

export interface UploadsOptions {
  readonly store: UploadStore
  /** Under which address clients reach `/uploads/`, without a slash at its end; asked when there is a first upload. */
  readonly baseUrl: () => string
}

/** How somebody sends the bytes of an upload. */
export interface Arrival {
  /** As the headers say; null: they do not. */
  readonly mimeType: string | null
  readonly sizeBytes: number | null
  readonly bytes: AsyncIterable<Uint8Array>
}

/** What became of bytes that were sent. */
export type Receipt =
  | 'stored'
  | 'unknown'
  | 'taken'
  | 'full'
  | 'unavailable'
  | 'wrong-type'
  | 'too-small'
  | 'too-large'
  | 'too-slow'

/** Who may use an upload. */
export interface UploadUser {
  readonly viewer: string
  readonly conversation: ConversationRef
}

const LIFE_MS = 60 * 60_000
/** A hundred megabytes over a slow line. */
const RECEIVE_MS = 5 * 60_000

/** Files on their way from clients to providers, who get them when they are sent. */
export class Uploads {
  readonly #options: UploadsOptions
  readonly #receiveMs: number

  constructor(options: UploadsOptions, receiveMs: number = RECEIVE_MS) {
    this.#options = options
    this.#receiveMs = receiveMs
  }

  /** Throws `INVALID` for a file that there could never be room for, `UNAVAILABLE` where nothing can be kept now. */
  async create({ viewer, ...request }: UploadRequest & Pick<UploadUser, 'viewer'>): Promise<Upload> {
    if (request.sizeBytes > ROOM_BYTES) throw tooLarge()
    const id = randomBytes(16).toString('base64url')
    const expiresAt = new Date(Date.now() + LIFE_MS)
    await orUnavailable(this.#options.store.announce(id, { ...request, viewer, expiresAt }))
    const headers = [{ name: 'content-type', value: request.mimeType }]
    return { id, url: `${this.#options.baseUrl()}/uploads/${id}`, headers, expiresAt }
  }

  /** Takes in the bytes of an upload; whoever knows its id may send them, once. What is not stored may be sent again. */
  async receive(id: string, arrival: Arrival): Promise<Receipt> {
    try {
      return await this.#receive(id, arrival)
    } catch (error) {
      if (error instanceof LogUnavailable) return 'unavailable'
      throw error
    }
  }

  /** `incomplete`: its bytes have not come yet. */
  async open(id: string, user: UploadUser): Promise<OutgoingFile | 'unknown' | 'incomplete'> {
    const upload = await orUnavailable(this.#options.store.find(id))
    if (upload === null || !isOf(upload, user)) return 'unknown'
    const { fileName, mimeType, sizeBytes, stored } = upload
    if (stored === null) return 'incomplete'
    return { kind: 'file', fileName, mimeType, sizeBytes, open: () => this.#read(id, stored) }
  }

  async #receive(id: string, arrival: Arrival): Promise<Receipt> {
    const { store } = this.#options
    const upload = await store.find(id)
    if (upload === null) return 'unknown'
    const misfit = misfitOf(upload, arrival)
    if (misfit !== null) return misfit
    const until = Date.now() + this.#receiveMs
    const attempt = await store.begin(id, new Date(until))
    if (typeof attempt === 'string') return attempt
    let receipt: Receipt | null = null
    try {
      receipt = await this.#store({ id, attempt, until }, upload, arrival)
      if (receipt === 'stored') await store.complete(id, attempt)
      return receipt
    } finally {
      if (receipt !== 'stored') await store.abandon(id, attempt)
    }
  }

  async #store({ id, attempt, until }: Attempt, { sizeBytes }: AnnouncedUpload, { bytes }: Arrival): Promise<Receipt> {
    let number = 0
    let length = 0
    for await (const piece of inPieces(bytes, PIECE_BYTES, until)) {
      if (piece === 'too-slow') return 'too-slow'
      length += piece.length
      if (length > sizeBytes) return 'too-large'
      await this.#options.store.append(id, attempt, number, piece)
      number += 1
    }
    return length < sizeBytes ? 'too-small' : 'stored'
  }

  async *#read(id: string, attempt: number): AsyncIterable<Uint8Array> {
    for (let number = 0; ; number += 1) {
      const piece = await this.#options.store.read(id, attempt, number)
      if (piece === null) return
      yield piece
    }
  }
}

interface Attempt {
  readonly id: string
  readonly attempt: number
  /** Milliseconds since 1970. */
  readonly until: number
}

function misfitOf(upload: KnownUpload, { mimeType, sizeBytes }: Arrival): Receipt | null {
  if (upload.stored !== null) return 'taken'
  if (mimeType === null || normalised(mimeType) !== normalised(upload.mimeType)) return 'wrong-type'
  if (sizeBytes === null || sizeBytes === upload.sizeBytes) return null
  return sizeBytes > upload.sizeBytes ? 'too-large' : 'too-small'
}

function normalised(mimeType: string): string {
  return mimeType.replaceAll(' ', '').toLowerCase()
}

function isOf(upload: AnnouncedUpload, { viewer, conversation }: UploadUser): boolean {
  const { account, native } = upload.conversation
  return upload.viewer === viewer && account === conversation.account && native === conversation.native
}

function tooLarge(): ProviderError {
  const detail = `A file may have ${ROOM_BYTES} bytes at most.`
  return new ProviderError('INVALID', 'the upload is too large', { issues: [{ path: ['sizeBytes'], detail }] })
}

async function orUnavailable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (cause) {
    if (!(cause instanceof LogUnavailable)) throw cause
    throw new ProviderError('UNAVAILABLE', 'uploads cannot be kept now', { cause })
  }
}
