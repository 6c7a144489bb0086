import type { Request } from './desk.ts'
import type { Json } from './entities.ts'
import { invalid } from './refusal.ts'

/** The JSON object of a request, a DELETE's as well; nothing at all is an empty one. */
export async function readBody(context: Request): Promise<Json> {
  const text = await context.req.text()
  const parsed = text === '' ? {} : parse(text)
  if (!isObject(parsed)) throw invalid('body', 'The body must be a JSON object.')
  return parsed
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Ids come as numbers and as text. Null: not given. */
export function readMessageId(body: Json): number | null {
  const { messageId } = body
  if (messageId === undefined || messageId === null) return null
  if (!/^\d+$/.test(String(messageId))) throw invalid('messageId', 'The messageId must be a whole number.')
  return Number(messageId)
}

/** At most 25 words of at most 100 characters. Null: not given. */
export function readTags(body: Json): readonly string[] | null {
  if (body.tags === undefined) return null
  const tags = Array.isArray(body.tags) ? body.tags.map(String) : null
  if (tags === null) throw invalid('tags', 'The tags must be an array.')
  if (tags.length > 25) throw invalid('tags', 'There may not be more than 25 tags.')
  if (tags.some((tag) => [...tag].length > 100)) throw invalid('tags', 'A tag may not have more than 100 characters.')
  return tags
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
