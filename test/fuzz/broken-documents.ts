import type { Asked } from './documents.ts'
import type { Random } from './random.ts'

/** Does something to a document that no client in good faith would. */
export function breakDocument(asked: Asked, random: Random): Asked {
  let broken = asked
  for (let times = random.between(1, 3); times > 0; times -= 1) broken = random.pick(BREAKS)(broken, random)
  return broken
}

type Break = (asked: Asked, random: Random) => Asked

const BREAKS: readonly Break[] = [
  text((query, random) => query.slice(0, random.between(0, query.length))),
  text((query, random) => query.slice(random.between(0, query.length))),
  atRandom((random) => random.pick(FRAGMENTS)),
  atRandom((random) => String.fromCharCode(random.between(0, 0xffff))),
  atRandom((random) => nest('{a', '}', random.between(1, 3_000))),
  atRandom((random) => nest('[', ']', random.between(1, 3_000))),
  atRandom((random) => '# x\n'.repeat(random.between(1, 20_000))),
  atRandom((random) => ' ,\n'.repeat(random.between(1, 20_000))),
  atRandom((random) => `a${'9'.repeat(random.between(1, 10_000))}`),
  atRandom((random) => `"""${'\\"""'.repeat(random.between(1, 2_000))}"""`),
  atRandom((random) => `"${'\\u{1F600}'.repeat(random.between(1, 2_000))}"`),
  atRandom((random) => many(random.between(1, 2_000), (n) => ` a${n}: __typename`)),
  atRandom((random) => ' @include(if: true)'.repeat(random.between(1, 900))),
  tokens((all, random) => all.toSpliced(random.between(0, all.length), 1)),
  tokens((all, random) => all.toSpliced(random.between(0, all.length), 0, random.pick(all))),
  tokens((all, random) => swap(all, random.between(0, all.length - 1), random.between(0, all.length - 1))),
  ({ query, ...rest }, random) => ({ ...rest, query: query + random.pick(ADDITIONS) }),
  ({ query, ...rest }, random) => ({ ...rest, query: query + rings(random.between(1, 40)) }),
  ({ query, ...rest }, random) => ({ ...rest, query: query + doublings(random.between(1, 29)) }),
  (asked, random) => ({ ...asked, variables: { ...asked.variables, v0: random.pick(VALUES) } }),
  (asked, random) => ({ ...asked, variables: nestedObject(random.between(1, 2_000)) }),
  (asked, random) => ({ ...asked, operationName: random.pick(NAMES) }),
]

function text(change: (query: string, random: Random) => string): Break {
  return (asked, random) => ({ ...asked, query: change(asked.query, random) })
}

function atRandom(make: (random: Random) => string): Break {
  return text((query, random) => {
    const at = random.between(0, query.length)
    return query.slice(0, at) + make(random) + query.slice(at)
  })
}

function tokens(change: (all: readonly string[], random: Random) => readonly string[]): Break {
  return text((query, random) => change(query.match(/\w+|\s+|[^\w\s]/gu) ?? ['{'], random).join(''))
}

function swap(all: readonly string[], one: number, other: number): readonly string[] {
  return all.with(one, all[other] ?? '').with(other, all[one] ?? '')
}

function nest(open: string, close: string, depth: number): string {
  return open.repeat(depth) + close.repeat(depth)
}

function many(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('')
}

/** Fragments that end in themselves. */
function rings(size: number): string {
  return many(size, (n) => `\nfragment R${n} on Query { ...R${(n + 1) % size} }`)
}

/** Fragments that come to twice as much with each. */
function doublings(size: number): string {
  const fragments = many(size, (n) => `\nfragment D${n} on Query { ...D${n + 1} ...D${n + 1} }`)
  return `${fragments}\nfragment D${size} on Query { __typename }\nquery Doubled { ...D0 }`
}

function nestedObject(depth: number): Readonly<Record<string, unknown>> {
  let value: Readonly<Record<string, unknown>> = {}
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { v0: value } : { v0: [value] }
  return value
}

const FRAGMENTS = [
  ...['__proto__', 'constructor', '{', '}', '(', ')', '[', ']', '@', '$', '...', '!', '|', '&', ':', '=', '"', '"""'],
  ...['null', '-0', '1e999', '1.', '0x1', '00', '99999999999999999999', '\u0000', '\ufeff', '\\', '\\u{110000}'],
  ...['fragment', 'on', 'type Query { a: Int }', 'extend type Query { a: Int }', 'subscription', '... on Query'],
  ...['__schema { types { name fields { type { ofType { ofType { name } } } } } }', '__type(name: "Query") { name }'],
  ...['@skip(if: $v0)', '@defer', '@stream(initialCount: -1)', '@unknown', '@specifiedBy(url: "x")', '@oneOf'],
  ...['node(id: "\\ud800") { id }', 'nodes(ids: [[[]]])', 'node(id: {})', 'node(id: 1e3)', 'conversations(first: -1)'],
]
const ADDITIONS = [
  ' query Drawn { viewer { __typename } }',
  ' { viewer { __typename } }',
  ' fragment X on Y { a }',
  ' directive @a on FIELD',
]
const NAMES = ['', 'Nothing', '__proto__', 'constructor', 'Drawn', 'x'.repeat(10_000), '\u0000']
const VALUES: readonly unknown[] = [
  null,
  -0,
  1e308,
  2 ** 53,
  '',
  [],
  [[[]]],
  {},
  { toString: 1 },
  { __proto__: { a: 1 } },
  'x'.repeat(50_000),
  true,
]
