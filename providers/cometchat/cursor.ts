import { z } from '../kit/settings.ts'
import { ProviderError } from '../port/index.ts'

/** A place in one of our lists, as text that means nothing to anybody else. */
export function encodeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Throws `INVALID` for a text that `encodeCursor` did not make, or made for another kind of list. */
export function decodeCursor<Place>(cursor: string, shape: z.ZodType<Place>): Place {
  const place = shape.safeParse(parse(cursor))
  if (place.success) return place.data
  throw new ProviderError('INVALID', 'cometchat: the cursor was not made by this list', {
    issues: [{ path: ['after'], detail: 'not a cursor of this list' }],
  })
}

/** The place at the end of a list that has one row at most. */
export const onlyRowPlace = z.strictObject({ end: z.literal(true) })

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
