import type { Message } from './records.ts'

const LATEST = 20
const MOST_AFTER = 100
const MOST_BETWEEN = 1_000

/** What a list of messages holds for a query, oldest first. Ids bound it, but times choose and sort. */
export function findMessages(messages: readonly Message[], query: URLSearchParams): readonly Message[] {
  const isFiltered = query.has('filter_internal_messages')
  const all = messages.filter((message) => !isFiltered || !(message.private || message.type === 'activity'))
  const ordered = [...all].sort((one, other) => one.createdAt - other.createdAt || one.id - other.id)
  const before = idOf(query.get('before'))
  const after = idOf(query.get('after'))
  if (before !== null && after !== null) {
    return ordered.filter(({ id }) => id >= after && id < before).slice(0, MOST_BETWEEN)
  }
  if (before !== null) return ordered.filter(({ id }) => id < before).slice(-LATEST)
  if (after !== null) return ordered.filter(({ id }) => id > after).slice(0, MOST_AFTER)
  return ordered.slice(-LATEST)
}

/** Text counts as 0; an empty value as none. */
function idOf(text: string | null): number | null {
  if (text === null || text === '') return null
  return Number.parseInt(text, 10) || 0
}
