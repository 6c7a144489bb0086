import type { Channel } from '../port/index.ts'

/** What it takes, beside the answer itself, to understand an answer. */
export interface Reading {
  readonly account: string
  /** Host (and port) of the API: media on it and below it need the access key. */
  readonly host: string
  /** By id; empty until the channels were asked for. */
  readonly channels: ReadonlyMap<string, Channel>
  /** Whether the team's own fields may be shown: false for end users. */
  readonly forTeam: boolean
}
