/** Who may come to know of something that belongs to one account. */
export type Holder =
  /** Those who work for the account, and nobody else. */
  | { readonly kind: 'team' }
  /** Whoever takes part in that conversation; and the team, as in all that follows. */
  | { readonly kind: 'conversation'; readonly native: string }
  /** Whoever takes part in a conversation with that person. */
  | { readonly kind: 'person'; readonly native: string }
  /** That person alone. */
  | { readonly kind: 'self'; readonly native: string }
  /** Whoever has a conversation in that channel. */
  | { readonly kind: 'channel'; readonly id: string }

/** One mark, and where it stands. */
export interface Canary {
  readonly account: string
  readonly holder: Holder
  readonly what: string
}

interface Found {
  readonly mark: string
  readonly canary: Canary
}

/** Marks of which each stands in one place, so that whoever meets one knows whose it was. */
export class Canaries {
  readonly #planted: Canary[] = []

  markerFor(account: string): Marker {
    return new Marker(account, (canary) => this.#planted.push(canary) - 1)
  }

  get count(): number {
    return this.#planted.length
  }

  /** The marks in a text, each once. */
  find(text: string): readonly Found[] {
    const marks = new Set(text.match(MARKS))
    return [...marks].flatMap((mark) => {
      const number = mark.startsWith('+') ? Number(mark.slice(4)) : Number.parseInt(mark.slice(4), 36)
      const canary = this.#planted[number]
      return canary === undefined ? [] : [{ mark, canary }]
    })
  }
}

const MARKS = /cnry[0-9a-z]{5}|\+999\d{8}/g

/** Marks what belongs to one account. */
export class Marker {
  readonly account: string
  readonly #plant: (canary: Canary) => number
  #moments = 0

  constructor(account: string, plant: (canary: Canary) => number) {
    this.account = account
    this.#plant = plant
  }

  /** A word of small letters and digits. */
  word(holder: Holder, what: string): string {
    return `cnry${this.#plant({ account: this.account, holder, what }).toString(36).padStart(5, '0')}`
  }

  /** In front, where what is cut short keeps it. */
  text(holder: Holder, what: string, text: string): string {
    return `${this.word(holder, what)} ${text}`
  }

  phone(holder: Holder, what: string): string {
    return `+999${String(this.#plant({ account: this.account, holder, what })).padStart(8, '0')}`
  }

  /** Every text in it, but for those under the keys that make it what it is. */
  all(holder: Holder, what: string, value: unknown, keeping: ReadonlySet<string> = new Set()): any {
    if (typeof value === 'string') return value === '' ? value : this.text(holder, what, value)
    if (Array.isArray(value)) return value.map((item) => this.all(holder, what, item, keeping))
    if (typeof value !== 'object' || value === null || value instanceof Date) return value
    const entries = Object.entries(value).map(([key, item]) => {
      return [key, keeping.has(key) ? item : this.all(holder, `${what}.${key}`, item, keeping)]
    })
    return Object.fromEntries(entries)
  }

  /** A moment at which nothing happened but among the team; each once, in milliseconds. */
  teamMoment(): number {
    this.#moments += 1
    return (TEAM_MOMENTS_FROM + this.#moments) * 1_000
  }
}

/** Seconds of the epoch that all begin with the same seven digits. */
const TEAM_MOMENTS_FROM = 1_795_178_000

/** A moment of the team's, written down in any of the usual ways. */
export const TEAM_MOMENT = /2026-11-20T12:(?:3[3-9]|4\d):|\b1795178\d{3}/

/** Lets what is readonly be prepared. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
