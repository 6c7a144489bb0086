import type { Random } from './random.ts'

/** Somebody whom all three emulated vendors know, each under its own kind of id. */
export interface CastMember {
  /** Lower-case word, unique: fit for a uid. */
  readonly key: string
  readonly name: string
  readonly email: string
  /** E.164 with plus. */
  readonly phone: string
}

/** Where the stories happen. */
export const SHOP = 'Lighthouse Books'

/** The staff of the shop; the first is whom the demo acts as. */
export const STAFF: readonly CastMember[] = members(
  ['nora', 'Nora Admin'],
  ['piet', 'Piet Agent'],
  ['quinn', 'Quinn Agent'],
  ['rosa', 'Rosa Agent'],
)

export const CUSTOMERS: readonly CastMember[] = members(
  ['ada', 'Ada Lovelace'],
  ['alan', 'Alan Turing'],
  ['annie', 'Annie Easley'],
  ['barbara', 'Barbara Liskov'],
  ['betty', 'Betty Holberton'],
  ['claude', 'Claude Shannon'],
  ['donald', 'Donald Knuth'],
  ['dorothy', 'Dorothy Vaughan'],
  ['edith', 'Edith Clarke'],
  ['edsger', 'Edsger Dijkstra'],
  ['emmy', 'Emmy Noether'],
  ['evelyn', 'Evelyn Boyd Granville'],
  ['frances', 'Frances Allen'],
  ['grace', 'Grace Hopper'],
  ['hedy', 'Hedy Lamarr'],
  ['henrietta', 'Henrietta Leavitt'],
  ['hypatia', 'Hypatia of Alexandria'],
  ['ida', 'Ida Rhodes'],
  ['jean', 'Jean Bartik'],
  ['joan', 'Joan Clarke'],
  ['john', 'John McCarthy'],
  ['karen', 'Karen Spärck Jones'],
  ['katherine', 'Katherine Johnson'],
  ['kathleen', 'Kathleen Booth'],
  ['klara', 'Klára Dán von Neumann'],
  ['leslie', 'Leslie Lamport'],
  ['lise', 'Lise Meitner'],
  ['lynn', 'Lynn Conway'],
  ['margaret', 'Margaret Hamilton'],
  ['maria', 'Maria Mitchell'],
  ['marie', 'Marie Curie'],
  ['mary', 'Mary Somerville'],
  ['mileva', 'Mileva Marić'],
  ['niklaus', 'Niklaus Wirth'],
  ['peter', 'Peter Naur'],
  ['radia', 'Radia Perlman'],
  ['ruth', 'Ruth Teitelbaum'],
  ['rosalind', 'Rosalind Franklin'],
  ['sally', 'Sally Ride'],
  ['sofia', 'Sofia Kovalevskaya'],
  ['sophie', 'Sophie Germain'],
  ['stella', 'Stella Atkins'],
  ['tim', 'Tim Berners-Lee'],
  ['tony', 'Tony Hoare'],
  ['valentina', 'Valentina Tereshkova'],
  ['vera', 'Vera Rubin'],
  ['walter', 'Walter Pitts'],
  ['wang', 'Wang Zhenyi'],
)

/** One thing said in a story. */
export interface Line {
  readonly by: 'customer' | 'staff'
  readonly text: string
}

/** What a conversation of that many messages says, alternating between the two sides but not strictly. */
export function dialogue(random: Random, length: number): readonly Line[] {
  const book = random.pick(BOOKS)
  return Array.from({ length }, (_, index): Line => {
    const by = index === 0 || random.chance(0.5) ? 'customer' : 'staff'
    const lines = index === 0 ? OPENINGS : by === 'customer' ? CUSTOMER_LINES : STAFF_LINES
    return { by, text: random.pick(lines).replace('{book}', book) }
  })
}

const BOOKS = [
  'The Sea Around Us',
  'Flatland',
  'The Mezzanine',
  'Middlemarch',
  'Invisible Cities',
  'The Peregrine',
  'Piranesi',
]

const OPENINGS = [
  'Hello, do you have "{book}" in stock?',
  'My order of "{book}" has not arrived yet.',
  'Can I return "{book}"? It was a present and they had it.',
  'Is there a signed edition of "{book}"?',
  'Could you keep a copy of "{book}" for me until Friday?',
]

const CUSTOMER_LINES = [
  'Thank you!',
  'Perfect, that works for me.',
  'Hm, that is longer than I hoped.',
  'The number on the receipt is 20417.',
  'Could you send it to my new address instead?',
  'I will come by this afternoon.',
  'Is the paperback of "{book}" cheaper?',
  'Good to know. And is it the new translation?',
  'It did arrive, but the cover is bent.',
]

const STAFF_LINES = [
  'Good morning, let me look.',
  'Yes, two copies of "{book}" are on the shelf.',
  'It left our house on Tuesday and should be with you tomorrow.',
  'I have put it aside under your name.',
  'We can refund it or send another one, as you like.',
  'The new edition of "{book}" comes out in spring.',
  'You are welcome. Enjoy the reading!',
  'Could you tell me the number on the receipt?',
]

function members(...named: readonly (readonly [key: string, name: string])[]): readonly CastMember[] {
  return named.map(([key, name]) => ({
    key,
    name,
    email: `${key}@example.com`,
    phone: `+1555${String(hash(key) % 10_000_000).padStart(7, '0')}`,
  }))
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => (Math.imul(sum, 31) + character.charCodeAt(0)) >>> 0, 7)
}
