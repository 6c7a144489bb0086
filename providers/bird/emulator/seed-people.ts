import { type CastMember, CUSTOMERS, type Random, SHOP, STAFF } from '../../kit/emulator/index.ts'
import type { Actor, ActorType, Identifier, Platform } from './records.ts'

/** Identifiers of Messenger are per page of the shop. */
const MESSENGER_KEY = 'facebookid-509207435603226'
const DAY_MS = 86_400_000

export interface Cast {
  readonly contacts: readonly Actor[]
  readonly users: readonly Actor[]
  /** What speaks for the shop without being a person, one of each type. */
  readonly machines: readonly Actor[]
}

/** The staff as workspace users, the customers as contacts, and the machines of the shop. */
export function seedCast(random: Random, now: Date): Cast {
  const born = (index: number): Date => new Date(now.getTime() - 400 * DAY_MS + index * 3_600_123)
  return {
    contacts: CUSTOMERS.map((member, index) => toContact(random, member, index, born(index))),
    users: STAFF.map(({ key, name }, index) => toColleague(random, 'user', name, born(index), avatarOf(key))),
    machines: MACHINES.map(([type, name], index) => toColleague(random, type, name, born(index), '')),
  }
}

/** How that platform reaches a contact; null where it cannot, and for everybody who is no contact. */
export function addressOn(platform: Platform, { identifiers }: Actor): Identifier | null {
  return ADDRESS_KEYS[platform].flatMap((key) => identifiers.filter((known) => known.key === key))[0] ?? null
}

const ADDRESS_KEYS: Readonly<Record<Platform, readonly string[]>> = {
  whatsapp: ['phonenumber', 'whatsappusername'],
  sms: ['phonenumber'],
  rcs: ['phonenumber'],
  email: ['emailaddress'],
  messenger: [MESSENGER_KEY],
}

const MACHINES: readonly (readonly [type: ActorType, name: string])[] = [
  ['flow', 'Welcome flow'],
  ['bot', 'Bookworm'],
  ['accessKey', `${SHOP} backend`],
  ['agent', 'Night desk'],
]

/** Every eighth contact keeps the phone number private, as WhatsApp lets them. */
function toContact(random: Random, member: CastMember, index: number, createdAt: Date): Actor {
  const isPrivate = index % 8 === 3
  const phone = isPrivate
    ? { key: 'whatsappusername', value: `${member.key}.reads` }
    : { key: 'phonenumber', value: member.phone }
  const messenger = { key: MESSENGER_KEY, value: String(random.between(10 ** 15, 10 ** 16)) }
  return {
    id: random.uuid(),
    createdAt,
    type: 'contact',
    name: member.name,
    avatarUrl: index % 3 === 0 ? avatarOf(member.key) : '',
    identifiers: [phone, { key: 'emailaddress', value: member.email }, messenger],
  }
}

function toColleague(random: Random, type: ActorType, name: string, createdAt: Date, avatarUrl: string): Actor {
  return { id: random.uuid(), createdAt, type, name, avatarUrl, identifiers: [] }
}

function avatarOf(key: string): string {
  return `https://example.com/avatars/${key}.png`
}
