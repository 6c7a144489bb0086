import { type CastMember, CUSTOMERS, STAFF } from '../../kit/emulator/index.ts'
import type { Contact, Json, StoredFile, User } from './records.ts'
import type { StoryTime } from './seed-beats.ts'
import { PICTURE } from './seed-files.ts'
import { seededInboxes } from './seed-inboxes.ts'
import { ACCOUNT_ID, type AccountState, FOREIGN_ACCOUNT_ID } from './state.ts'
import type { Instant } from './time.ts'

/** The tokens of the shop's people and its bot, and of somebody who belongs to another account. */
export const TOKENS = {
  nora: 'esYZUFg7gpApX7jZSvvRYCzD',
  piet: 'cJeCaSoZUt1HWQhM3uY4uZLQ',
  quinn: 'Tn3qWm8RkXv5LpZc2HsB9dJf',
  rosa: 'Gw6yNb4DuEa7KoVr1MtS3xQh',
  bot: 'Yp9fCz2JiHl5OvUe8RgX4kAw',
  stranger: 'Mb7sQd1VnTf4ZjKy6LcW9hEr',
} as const

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Users 8 to 11: Nora sees everything, Piet the app and the website, Rosa the rest, Quinn only what her team has. */
export function seedPeople(account: AccountState, time: StoryTime): void {
  const [nora, piet, quinn, rosa] = STAFF
  account.users.push(
    user(8, nora, { role: 'administrator', token: TOKENS.nora, availability: 'online' }),
    user(9, piet, { role: 'agent', token: TOKENS.piet, availability: 'busy' }),
    user(10, quinn, { role: 'agent', token: TOKENS.quinn, availability: 'offline' }),
    user(11, rosa, { role: 'agent', token: TOKENS.rosa, availability: 'offline' }),
  )
  const sam = { key: 'sam', name: 'Sam Stranger', email: 'sam@example.com', phone: '' }
  const stranger = user(12, sam, { role: 'administrator', token: TOKENS.stranger, availability: 'offline' })
  account.strangers.push({ ...stranger, accountId: FOREIGN_ACCOUNT_ID })
  account.bots.push({
    id: 2,
    name: 'Page',
    description: 'answers first',
    outgoingUrl: 'https://bot.books.example/chatwoot',
    token: TOKENS.bot,
  })
  account.teams.push(
    { id: 3, name: 'billing', description: 'money', memberIds: [8, 9] },
    { id: 4, name: 'returns', description: 'books that come back', memberIds: [10, 11] },
  )
  account.labels.push(...['vip', 'refund', 'bug', 'gift', 'wholesale'].map(label))
  account.inboxes.push(...seededInboxes({ site: [8, 9], shop: [11] }))
  seedContacts(account, time)
}

type Post = Pick<User, 'role' | 'token' | 'availability'>

function user(id: number, member: CastMember | undefined, post: Post): User {
  if (member === undefined) throw new Error('the cast has too few people')
  const pubsubToken = `${post.token.slice(12)}${post.token.slice(0, 12)}`
  return { ...post, id, accountId: ACCOUNT_ID, name: member.name, email: member.email, pubsubToken }
}

function label(title: string, index: number) {
  return {
    id: 7 + index,
    title,
    description: `${title} things`,
    color: ['#ff0000', '#00aa55', '#1f93ff'][index % 3] ?? '',
  }
}

function seedContacts(account: AccountState, { end }: StoryTime): void {
  const avatar = account.addFile({ name: 'avatar.png', contentType: 'image/png', content: PICTURE })
  const drafts = [...CUSTOMERS.map((member, index) => customer(member, index, avatar)), ...PEOPLE_WITH_LITTLE]
  drafts.forEach((draft, index) => {
    const createdAt: Instant = end - 62 * DAY_MS + index * 13 * HOUR_MS + index * 137
    const id = account.nextId('contact')
    account.contacts.push({ ...draft, id, createdAt, updatedAt: createdAt, lastActivityAt: null })
  })
}

type ContactDraft = Omit<Contact, 'id' | 'createdAt' | 'updatedAt' | 'lastActivityAt'>

function customer(member: CastMember, index: number, avatar: StoredFile): ContactDraft {
  return {
    name: member.name,
    email: index % 8 === 5 ? null : member.email,
    phone: index % 6 === 4 ? null : member.phone,
    identifier: index % 3 === 2 ? null : `crm-${member.key}`,
    blocked: member.key === 'tony',
    isOnline: index % 11 === 3,
    avatar: index % 7 === 6 ? avatar : null,
    additional: index % 4 === 3 ? address(index) : {},
    custom: index % 2 === 0 ? { plan: index % 4 === 0 ? 'pro' : 'free' } : {},
    labels: index % 9 === 0 ? ['vip'] : [],
  }
}

function address(index: number): Json {
  const [city, country, countryCode] =
    index % 8 === 3 ? ['Delft', 'Netherlands', 'NL'] : ['Arlington', 'United States', 'US']
  return {
    city,
    country,
    country_code: countryCode,
    company_name: 'Reading Circle',
    social_profiles: { github: 'reader' },
  }
}

const NOBODY: ContactDraft = {
  name: '',
  email: null,
  phone: null,
  identifier: null,
  blocked: false,
  isOnline: false,
  avatar: null,
  additional: {},
  custom: {},
  labels: [],
}

/** Visitors and people of whom a channel tells next to nothing. */
const PEOPLE_WITH_LITTLE: readonly ContactDraft[] = [
  { ...NOBODY, name: 'quiet-leaf-215' },
  { ...NOBODY, name: 'bold-river-77' },
  { ...NOBODY },
  { ...NOBODY, name: 'Walter Phone', phone: '+15550177001' },
  { ...NOBODY, identifier: 'app-user-9' },
]
