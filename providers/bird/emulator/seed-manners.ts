import type { Random } from '../../kit/emulator/index.ts'
import type { Conversation, ConversationStatus, JsonObject } from './records.ts'
import type { Cast } from './seed-people.ts'
import type { Plot } from './seed-plots.ts'

export function statusOf(index: number): ConversationStatus {
  if (index % 13 === 8) return 'archived'
  if (index % 17 === 9) return 'spam'
  return index % 5 === 3 ? 'closed' : 'active'
}

/** E-mails have a subject, groups a name, nothing else has either. */
export function nameOf(random: Random, { platform, contacts }: Plot): string {
  if (contacts.length === 0) return 'Back office'
  if (contacts.length > 1) return 'Reading circle'
  return platform === 'email' ? `${random.pick(['', 'Re: '])}${random.pick(SUBJECTS)}` : ''
}

const SUBJECTS = ['About your order', 'A question about a signed edition', 'Return of a present', 'Opening hours']

type Manner = Pick<Conversation, 'visibility' | 'accessibility' | 'style' | 'platformStyle'>

/** How a conversation is meant and who may see it. */
export function mannerOf({ platform, contacts }: Plot, index: number): Manner {
  const platformStyle = platform === 'email' ? 'email' : 'direct'
  if (contacts.length === 0)
    return { visibility: 'direct', accessibility: 'private', style: 'directMessage', platformStyle: 'direct-multiple' }
  if (contacts.length > 1)
    return {
      visibility: 'group',
      accessibility: 'request-to-join',
      style: 'chatChannel',
      platformStyle: 'group-multiple',
    }
  if (index % 8 === 5) return { visibility: 'private', accessibility: 'invite-only', style: 'support', platformStyle }
  if (index % 12 === 7) return { visibility: 'private', accessibility: 'open', style: 'personalInbox', platformStyle }
  return { visibility: 'public', accessibility: 'open', style: 'default', platformStyle }
}

export interface Occasion {
  readonly random: Random
  readonly cast: Cast
  readonly plot: Plot
  readonly index: number
}

/** What somebody may have set on a conversation; each is on some and absent on the others. */
export function extrasOf({ random, cast, plot, index }: Occasion): JsonObject {
  const assignee = random.pick(cast.users)
  return {
    ...(index % 3 === 0 && { tags: random.sample(['order', 'gift', 'return', 'regular'], 2) }),
    ...(index % 4 === 1 && { attributes: { 'order-number': String(random.between(20_000, 30_000)) } }),
    ...(index % 2 === 0 && { assigneeId: assignee.id }),
    ...(index % 6 === 0 && { inbox: inboxOf(random, index, assignee.id) }),
    ...(index % 9 === 5 && taskOf(random)),
    ...(index % 10 === 6 && { summary: 'The customer asks for a book that has to be ordered.' }),
    ...(index % 11 === 4 && { category: 'orders', directory: 'inbox' }),
    ...(index % 14 === 7 && { privateAttributes: '{"margin":"0.3"}' }),
    ...(index % 9 === 2 && plot.platform === 'whatsapp' && { referral: REFERRAL }),
  }
}

/** Seldom told: nothing that is documented sets them. */
export function marksOf(index: number): JsonObject {
  return { ...(index % 2 === 0 && { read: index % 4 === 0 }), ...(index % 9 === 0 && { starred: true }) }
}

function inboxOf(random: Random, index: number, ownerId: string): JsonObject {
  const isShared = index % 12 === 0
  return {
    type: isShared ? 'shared' : 'personal',
    id: random.uuid(),
    identifier: isShared ? 'front-desk' : 'my-desk',
    ownerId,
    ownerType: isShared ? 'group' : 'user',
  }
}

function taskOf(random: Random): JsonObject {
  const id = random.uuid()
  return { resource: { type: 'task', id }, resourceUri: `/tasks/${id}` }
}

/** A click on an advertisement began the conversation. */
const REFERRAL = {
  sourceId: '120210000000000000',
  sourceType: 'ad',
  sourceUrl: 'https://example.com/ads/sea',
  title: 'Books about the sea',
  caption: 'Only this week',
  text: 'Everything about the sea, one pound off',
  mediaType: 'image',
  mediaUrl: 'https://example.com/ads/sea.png',
  username: 'lighthousebooks',
  timestamp: '2026-10-01T09:30:00.5Z',
}
