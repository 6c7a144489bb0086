/** Milliseconds since 1970. The fraction holds microseconds, which `updated_at` shows. */
export type Instant = number

export function toSeconds(at: Instant): number {
  return Math.floor(at / 1_000)
}

/** Conversations have no null times: 0 is never. */
export function toSecondsOrZero(at: Instant | null): number {
  return at === null ? 0 : toSeconds(at)
}

export function toFloatSeconds(at: Instant): number {
  return Math.round(at * 1_000) / 1_000_000
}

export function toIso(at: Instant): string {
  return new Date(Math.floor(at)).toISOString()
}

export function toIsoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at)
}
