import { type Page, type PageRequest, type Participant, ProviderError } from '../port/index.ts'

/** Chatwoot tells all participants at once; the page is cut out here. Rows are in the order given. */
export function toParticipantPage(
  participants: readonly Participant[],
  { limit, after }: PageRequest,
): Page<Participant> {
  const begin = after === null ? 0 : participants.findIndex(({ person }) => person.ref.native === after) + 1
  if (after !== null && begin === 0) throw new ProviderError('INVALID', 'this is no cursor of these participants')
  const rows = participants.slice(begin, begin + limit).map((item, index) => ({
    item,
    sortKey: String(begin + index).padStart(INDEX_DIGITS, '0'),
    cursor: item.person.ref.native,
  }))
  return { rows, hasMore: begin + rows.length < participants.length, complete: true, frontier: null }
}

const INDEX_DIGITS = 6
