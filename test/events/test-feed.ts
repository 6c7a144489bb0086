import { expect, onTestFinished } from 'vitest'
import type { EventPosition, GapReason, StreamItem, StreamRequest } from '../../schema/event-stream.ts'
import { type Feed, openFeed } from '../../src/events/feed.ts'
import type { MailboxLimits } from '../../src/events/mailbox.ts'
import { MemoryLog } from './feed-log.ts'

export interface TestFeed {
  readonly log: MemoryLog
  readonly feed: Feed
  readonly lost: readonly GapReason[]
  readonly failures: readonly string[]
  listen(request?: Partial<StreamRequest>): AsyncIterableIterator<StreamItem>
}

export async function openTestFeed(limits: Partial<MailboxLimits> = {}): Promise<TestFeed> {
  const log = new MemoryLog()
  const lost: GapReason[] = []
  const failures: string[] = []
  const feed = await openFeed({
    log,
    accounts: ['a', 'b'],
    onFailure: (error) => void failures.push((error as Error).message),
    limits: { items: 1_000, bytes: 1024 * 1024, ...limits },
  })
  const anything: StreamRequest = { accounts: ['a', 'b'], after: null, accepts: () => true }
  onTestFinished(() => feed.close())
  return {
    log,
    feed,
    lost,
    failures,
    listen: (request) => feed.subscribe({ ...anything, ...request }, (reason) => void lost.push(reason)),
  }
}

/** Where a stream begins; it is ended. */
export async function start(stream: AsyncIterableIterator<StreamItem>): Promise<EventPosition> {
  const [ready] = await items(stream, 1)
  await stream.return?.()
  return ready!.position
}

/** The tails have told everything there is. */
export async function settled({ feed, log }: Pick<TestFeed, 'feed' | 'log'>): Promise<void> {
  const heads = { a: await log.head('a'), b: await log.head('b') }
  await expect.poll(() => feed.position(['a', 'b']).positions, { interval: 1 }).toEqual(heads)
}

export async function items(stream: AsyncIterableIterator<StreamItem>, count: number): Promise<StreamItem[]> {
  const found: StreamItem[] = []
  while (found.length < count) {
    const { value, done } = await stream.next()
    if (done) break
    found.push(value)
  }
  return found
}

export async function take(stream: AsyncIterableIterator<StreamItem>, count: number): Promise<string[]> {
  return (await items(stream, count)).map(describeItem)
}

/** `a 3`: the third event, of account a. */
function describeItem(item: StreamItem): string {
  if (item.type === 'caught-up') return `caught-up ${item.replayed}`
  if (item.type !== 'happening' || !('id' in item.happening)) return item.type
  return `${item.happening.conversation.account} ${item.happening.id.split(' ')[1]}`
}

export function isEvent(text: string): boolean {
  return /^[ab] /.test(text)
}

export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
