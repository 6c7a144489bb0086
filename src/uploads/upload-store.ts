import type { ConversationRef } from '../../providers/port/index.ts'

/** A file that was announced: what may come, and who may use it. */
export interface AnnouncedUpload {
  /** The id of a `Viewer`. */
  readonly viewer: string
  readonly conversation: ConversationRef
  readonly fileName: string
  readonly mimeType: string
  readonly sizeBytes: number
  /** From then on nobody finds it. */
  readonly expiresAt: Date
}

/** `stored`: the number of the attempt whose bytes are all there; null: they are not. */
export interface KnownUpload extends AnnouncedUpload {
  readonly stored: number | null
}

/**
 * - a number: this attempt to receive the bytes, for whoever asked alone
 * - `unknown`: there is no such upload, or its time is over
 * - `taken`: its bytes are there, or on their way
 * - `full`: there is no room for them now
 */
export type Beginning = number | 'unknown' | 'taken' | 'full'

/**
 * Keeps uploads in pieces until they are sent, for all instances that share it. What is outdated goes by itself, some minutes
 * after nobody finds it any more, so that what is being read can be read to its end. Everything throws `LogUnavailable`.
 */
export interface UploadStore {
  announce(id: string, upload: AnnouncedUpload): Promise<void>
  find(id: string): Promise<KnownUpload | null>
  /** From `until` on another attempt may begin. Takes the announced size of the room that there is for all. */
  begin(id: string, until: Date): Promise<Beginning>
  /** Pieces are numbered from 0. */
  append(id: string, attempt: number, number: number, piece: Uint8Array): Promise<void>
  complete(id: string, attempt: number): Promise<void>
  /** Forgets the bytes of an attempt that failed, so that another may begin. */
  abandon(id: string, attempt: number): Promise<void>
  /** Null: there is no such piece. */
  read(id: string, attempt: number, number: number): Promise<Uint8Array | null>
  close(): void
}

/** Room for the bytes of all uploads together. */
export const ROOM_BYTES = 512 * 1024 * 1024
/** How long an upload is kept longer than it is found. */
export const AFTERLIFE_MS = 5 * 60_000
/** How many bytes a piece has, but for the last of an upload. */
export const PIECE_BYTES = 256 * 1024
