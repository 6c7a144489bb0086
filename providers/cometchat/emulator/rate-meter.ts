import { tooMany } from './refusal.ts'

const MINUTE_MS = 60_000

/** One more request, as the headers tell it. */
export interface Reading {
  readonly limit: number
  readonly remaining: number
  /** UNIX seconds. */
  readonly resetsAt: number
  /** Null: let through. */
  readonly retryAfterSeconds: number | null
}

/** Counts the requests of one app or user, minute by minute. */
export class RateMeter {
  readonly #limit: number
  #minute = 0
  #count = 0

  constructor(requestsPerMinute: number) {
    this.#limit = requestsPerMinute
  }

  take(nowMs: number): Reading {
    const minute = Math.floor(nowMs / MINUTE_MS)
    if (minute !== this.#minute) this.#count = 0
    this.#minute = minute
    this.#count += 1
    const resetsAtMs = (minute + 1) * MINUTE_MS
    return {
      limit: this.#limit,
      remaining: Math.max(0, this.#limit - this.#count),
      resetsAt: resetsAtMs / 1000,
      retryAfterSeconds: this.#count > this.#limit ? Math.ceil((resetsAtMs - nowMs) / 1000) : null,
    }
  }
}

/** A limit that each user has for themselves, beside that of the app. */
export class UserMeters {
  readonly #limit: number
  readonly #meters = new Map<string, RateMeter>()

  constructor(requestsPerMinute: number) {
    this.#limit = requestsPerMinute
  }

  /** Throws the refusal of a request too many. */
  take(uid: string): void {
    const own = this.#meters.get(uid) ?? new RateMeter(this.#limit)
    this.#meters.set(uid, own)
    const { retryAfterSeconds } = own.take(Date.now())
    if (retryAfterSeconds !== null) throw tooMany(retryAfterSeconds)
  }
}
