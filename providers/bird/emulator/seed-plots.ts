import type { Actor, ConversationStatus, Platform } from './records.ts'
import type { Cast } from './seed-people.ts'
import { addressOn } from './seed-people.ts'

export const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Who talks where, how long ago and how much. */
export interface Plot {
  readonly platform: Platform
  /** Nobody: the shop's people are among themselves. */
  readonly contacts: readonly Actor[]
  /** Null: whatever comes. */
  readonly status: ConversationStatus | null
  readonly length: number
  /** Milliseconds before the story's end at which the last message came: at the earliest, at the latest. */
  readonly endsAgo: readonly [number, number]
  /** Milliseconds before the story's end; null: whatever comes. */
  readonly startsAgo: number | null
}

/** A contact has at most one conversation on a channel that can be active, because Bird allows no second. */
export function plotsFor({ contacts }: Cast): readonly Plot[] {
  const on = (platform: Platform, count: number, from: number): readonly Plot[] =>
    contacts
      .filter((contact) => addressOn(platform, contact) !== null)
      .slice(from, from + count)
      .map((contact, index) => plotOf(platform, [contact], index))
  const whatsapp = on('whatsapp', 26, 0)
  return [
    ...whatsapp.map((plot, index) => (index < 6 ? withinTheDay(plot) : plot)),
    ...on('email', 20, 12),
    ...on('sms', 10, 28).map((plot, index) => (index < 2 ? { ...plot, startsAgo: 40 * DAY_MS } : plot)),
    ...on('rcs', 6, 20),
    ...on('messenger', 6, 36),
    ...whatsapp.slice(0, 4).map((plot) => ({ ...plot, status: 'closed' as const, length: 5, endsAgo: LONG_AGO })),
    ...GROUPS.map((at, index) => plotOf('email', contacts.slice(at, at + 4), index)),
    { ...plotOf('email', [], 1), status: 'active' as const },
    { ...plotOf('messenger', [], 2), status: 'active' as const },
  ]
}

const LONG_AGO = [28 * DAY_MS, 30 * DAY_MS] as const

/** Where among the contacts each group begins. */
const GROUPS = [0, 40, 44]

/** The first of each kind has a history of hundreds. */
function plotOf(platform: Platform, contacts: readonly Actor[], index: number): Plot {
  const isLong = index === 0 && ['whatsapp', 'email'].includes(platform)
  const length = isLong ? 280 + contacts.length * 10 : 3 + ((index * 7) % 19)
  return { platform, contacts, status: null, length, endsAgo: [DAY_MS / 2, 30 * DAY_MS], startsAgo: null }
}

/** Recent enough for WhatsApp to allow a free answer. */
function withinTheDay(plot: Plot): Plot {
  return { ...plot, status: 'active', endsAgo: [HOUR_MS / 6, 20 * HOUR_MS] }
}
