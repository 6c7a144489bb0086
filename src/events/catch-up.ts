import type { GapReason } from '../../schema/event-stream.ts'
import type { EventLog, LogEntry, LogPosition } from './log.ts'
import type { LoggedEvent } from './logged-event.ts'

/** The most entries that are replayed to one subscriber: beyond that, asking anew is cheaper for everybody. */
export const MAX_REPLAY = 10_000

const PAGE = 500

export interface CatchUp {
  readonly after: LogPosition
  readonly upTo: LogPosition
  /** Whether whoever catches up lost something there. */
  readonly isLoss: (event: LoggedEvent) => boolean
}

/** How many entries came after one position, up to and with another; or why that is no use. */
export async function countEntries(
  log: EventLog,
  account: string,
  { after, upTo, isLoss }: CatchUp,
): Promise<number | GapReason> {
  let count = 0
  for (let position = after; position < upTo; ) {
    const entries = await readEntries(log, account, position)
    if (entries === null) return 'cursor-expired'
    const last = entries.at(-1)
    if (last === undefined) break
    if (entries.some(({ event, position: at }) => at <= upTo && isLoss(event))) return 'provider-outage'
    count += entries.filter((entry) => entry.position <= upTo).length
    if (count > MAX_REPLAY) return 'cursor-too-old'
    position = last.position
  }
  return count
}

/** The next entries after a position; null where some of them are gone. */
export async function readEntries(
  log: EventLog,
  account: string,
  after: LogPosition,
): Promise<readonly LogEntry[] | null> {
  const { entries, gap } = await log.read(account, after, PAGE)
  return gap ? null : entries
}
