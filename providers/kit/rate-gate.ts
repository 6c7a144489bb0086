/** Remembers until when a provider asked not to be called. One gate per quota: a small limit must not close a whole account. */
export class RateGate {
  readonly #closedUntil = new Map<string, number>()

  close(quota: string, forMs: number): void {
    const until = Date.now() + forMs
    this.#closedUntil.set(quota, Math.max(until, this.#closedUntil.get(quota) ?? 0))
  }

  /** Milliseconds until this quota may be used again; 0 when it is open. */
  waitMs(quota: string): number {
    return Math.max(0, (this.#closedUntil.get(quota) ?? 0) - Date.now())
  }
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date; null when absent or unreadable. */
export function readRetryAfterMs(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || header.trim() === '') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now())
}
