import { type CallContext, type Channel, ProviderError } from '../port/index.ts'
import type { BirdClient } from './client.ts'
import { toChannel } from './to-person.ts'

/** A workspace with more channels than this is not known. */
const MAX_PAGES = 5
const PAGE_SIZE = 100

/** All channels; null where the key may not list them, or where Bird has no such list. */
export async function readChannels(client: BirdClient, call: CallContext): Promise<readonly Channel[] | null> {
  try {
    return await readPages(client, call)
  } catch (error) {
    if (error instanceof ProviderError && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND')) return null
    throw error
  }
}

async function readPages(client: BirdClient, call: CallContext): Promise<readonly Channel[]> {
  const channels: Channel[] = []
  let token: string | null = null
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await client.listChannels({ limit: PAGE_SIZE, token }, call)
    channels.push(...page.items.map(toChannel))
    token = page.nextToken
    if (token === null) break
  }
  return channels
}
