import type { EventPosition, Happening, HappeningItem } from '../../schema/event-stream.ts'
import type { LogEntry } from './log.ts'

/** Where a stream is. */
export interface StreamPlace {
  readonly seen: EventPosition
  /** Names the accounts that are listened to. */
  readonly accounts: string
}

/** Gives all who are told the same at the same place of their streams the same object, so that it need not be made for each. */
export class SharedItems {
  /** What was made last, by the accounts that are listened to. */
  readonly #latest = new Map<string, HappeningItem>()

  /** The item of an entry that comes next. */
  ofEntry(account: string, { event, position }: LogEntry, place: StreamPlace): HappeningItem {
    const latest = this.#latestOf(event, place, account)
    if (latest !== null) return latest
    const after = { ...place.seen, positions: { ...place.seen.positions, [account]: position } }
    return this.#keep({ type: 'happening', happening: event, at: event.recordedAt, position: after }, place)
  }

  /** The item of what is in no log. */
  ofHappening(happening: Happening, place: StreamPlace): HappeningItem {
    const latest = this.#latestOf(happening, place, null)
    if (latest !== null) return latest
    return this.#keep({ type: 'happening', happening, at: new Date(), position: place.seen }, place)
  }

  #latestOf(happening: Happening, { seen, accounts }: StreamPlace, moved: string | null): HappeningItem | null {
    const latest = this.#latest.get(accounts)
    return latest?.happening === happening && isSame(seen, latest.position, moved) ? latest : null
  }

  #keep(item: HappeningItem, { accounts }: StreamPlace): HappeningItem {
    this.#latest.set(accounts, item)
    return item
  }
}

/** Whether two positions are the same, but for that of the account that moved. */
function isSame(one: EventPosition, other: EventPosition, moved: string | null): boolean {
  if (one.epoch !== other.epoch) return false
  for (const account in other.positions) {
    if (account !== moved && one.positions[account] !== other.positions[account]) return false
  }
  return true
}
