import { gzipSync } from 'node:zlib'
import type { Asked } from './documents.ts'
import type { Random } from './random.ts'

/** A POST as it goes over the wire. */
export interface PostedBody {
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
}

const JSON_TYPE = { 'content-type': 'application/json' }

export function toBody(asked: Asked, accept?: string): PostedBody {
  return { headers: { ...JSON_TYPE, ...(accept && { accept }) }, bytes: Buffer.from(JSON.stringify(asked)) }
}

/** Makes of an operation a body that is wrong in some way, or at least uncommon. */
export function drawBody(asked: Asked, random: Random): PostedBody {
  const body = random.pick(FORMS)(asked, random)
  return random.chance(0.3) ? { ...body, bytes: damage(body.bytes, random) } : body
}

type Form = (asked: Asked, random: Random) => PostedBody

const FORMS: readonly Form[] = [
  (asked, random) => ({ headers: JSON_TYPE, bytes: damage(Buffer.from(JSON.stringify(asked)), random) }),
  (asked, random) => ({ headers: { 'content-type': random.pick(TYPES) }, bytes: Buffer.from(JSON.stringify(asked)) }),
  (asked, random) => ({
    headers: { ...JSON_TYPE, accept: random.pick(ACCEPTS) },
    bytes: Buffer.from(JSON.stringify(asked)),
  }),
  (asked, random) => ({
    headers: { ...JSON_TYPE, ...random.pick(HEADERS) },
    bytes: Buffer.from(JSON.stringify(asked)),
  }),
  (asked, random) => ({ headers: JSON_TYPE, bytes: Buffer.from(JSON.stringify(asked), random.pick(ENCODINGS)) }),
  (asked, random) => ({
    headers: { ...JSON_TYPE, 'content-encoding': random.pick(['gzip', 'br', 'deflate', 'x', 'identity']) },
    bytes: gzipSync(JSON.stringify(asked)),
  }),
  (asked, random) => json(JSON.stringify(asked).replace('{', `{${random.pick(DUPLICATES)},`)),
  (asked, random) => json(JSON.stringify({ ...asked, ...random.pick(MEMBERS) })),
  (asked, random) => json(JSON.stringify(Array.from({ length: random.between(0, 30) }, () => asked))),
  (asked) => json(`\ufeff${JSON.stringify(asked)}`),
  (_asked, random) => json(random.pick(TEXTS)),
  (_asked, random) => json(deep('[', ']', random.between(1, 60_000))),
  (_asked, random) => json(deep('{"a":', '}', random.between(1, 20_000), '1')),
  (asked, random) =>
    json(
      `{"query":${JSON.stringify(asked.query)},"variables":${deep('{"v0":', '}', random.between(1, 9_000), 'null')}}`,
    ),
  (asked, random) => json(`{"query":${JSON.stringify(asked.query)},"variables":{"v0":${random.pick(NUMBERS)}}}`),
  (_asked, random) => json(`{"query":"{ node(id: \\"${random.pick(ESCAPES)}\\") { id } }"}`),
  (_asked, random) => ({ headers: JSON_TYPE, bytes: Buffer.alloc(random.between(0, 140_000), random.between(0, 255)) }),
  (_asked, random) => ({ headers: JSON_TYPE, bytes: randomBytes(random.between(0, 2_000), random) }),
  (asked) => json(JSON.stringify({ ...asked, query: undefined, query_: asked.query })),
  (asked, random) => json(manyKeys(asked, random.between(1, 5_000))),
]

function json(text: string): PostedBody {
  return { headers: JSON_TYPE, bytes: Buffer.from(text) }
}

function manyKeys({ query }: Asked, count: number): string {
  const variables = Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]))
  return JSON.stringify({ query, variables })
}

function deep(open: string, close: string, depth: number, inside = ''): string {
  return open.repeat(depth) + inside + close.repeat(depth)
}

function randomBytes(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.between(0, 255))
}

/** Some bytes flipped, left out, put in, or the end cut off. */
function damage(bytes: Uint8Array, random: Random): Uint8Array {
  const damaged: Buffer[] = [Buffer.from(bytes)]
  for (let times = random.between(1, 5); times > 0; times -= 1) {
    const last = damaged.pop() ?? Buffer.alloc(0)
    const at = random.between(0, last.length)
    damaged.push(random.pick(DAMAGES)(last, at, random))
  }
  return damaged[0] ?? Buffer.alloc(0)
}

const DAMAGES: readonly ((bytes: Buffer, at: number, random: Random) => Buffer)[] = [
  (bytes, at, random) => {
    if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7))
    return bytes
  },
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, random) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 20))]),
  (bytes, at, random) => Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(PIECES)), bytes.subarray(at)]),
]

const PIECES: readonly (readonly number[])[] = [
  ...[
    [0],
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xef, 0xbb, 0xbf],
    [0xfe, 0xff],
    [0xf4, 0x90, 0x80, 0x80],
    [0x80],
  ],
  ...['"', '\\', '{', '}', '[', ',', ':', '\\u', '\\ud800', '1e999', '//', '/**/', '\n', 'null', '__proto__'].map(
    (text) => [...Buffer.from(text)],
  ),
]
const ENCODINGS = ['utf16le', 'latin1', 'base64', 'hex', 'ascii'] as const
const TYPES = [
  ...[
    'application/json; charset=utf-16',
    'application/json;charset=utf-8;boundary=x',
    'APPLICATION/JSON',
    'application/graphql+json',
  ],
  ...[
    'application/graphql',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/xml',
  ],
  ...['application/json, text/plain', '', ' ', ';', 'application/', 'application/json\t', '*/*', 'application/ld+json'],
]
const ACCEPTS = [
  ...['*/*', '', 'text/html', 'application/json', 'application/graphql-response+json', 'multipart/mixed', 'image/png'],
  ...[
    'application/json;q=0',
    'application/json;q=2, */*;q=-1',
    ',,,',
    ';q=',
    'a/b;'.repeat(500),
    'text/*',
    'application/graphql-response+json;charset=utf-16',
  ],
]
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { referer: 'javascript:alert(1)' },
  { cookie: '__proto__=1; a=b' },
  { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'evil.example' },
  { 'x-http-method-override': 'DELETE' },
  { 'last-event-id': 'not-a-cursor' },
  { 'accept-encoding': 'gzip, br;q=0' },
  { range: 'bytes=0-1' },
  { 'if-none-match': '*' },
  { 'x-apollo-tracing': '1', 'apollo-require-preflight': 'true' },
]
const DUPLICATES = [
  '"query":"{ __typename }"',
  '"query":null',
  '"variables":{"v0":1}',
  '"__proto__":{"query":"{ __typename }"}',
  '"":""',
]
const MEMBERS: readonly object[] = [
  { variables: null },
  { variables: [] },
  { variables: 'text' },
  { variables: JSON.parse('{"__proto__":{"v0":1},"constructor":{"prototype":1}}') },
  { operationName: 1 },
  { operationName: {} },
  { extensions: [] },
  { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
  { documentId: 'sha256:x' },
  { documentId: {} },
  { query: null },
  { query: 1 },
  { query: [] },
  { query: {} },
  { query: '' },
  { query: '{ __typename }', mutation: 'x' },
  { query: '\u0000' },
  { query: '\ud800{ viewer { id } }' },
  JSON.parse('{"__proto__":{"polluted":true}}'),
]
const TEXTS = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '0',
    '-',
    '""',
    '"{ viewer { id } }"',
    '[]',
    '[[]]',
    '{}',
    '{"query"}',
    '{query:1}',
    "{'query':1}",
  ],
  ...[
    'NaN',
    'Infinity',
    '1e999',
    '-0',
    '{"query":"{a}"}{"query":"{a}"}',
    '{"query":"{a}",}',
    '// x\n{}',
    '\u0000',
    '\ufeff',
    '[null]',
  ],
]
const NUMBERS = [
  '1e999',
  '-1e999',
  '9'.repeat(5_000),
  '0.'.padEnd(3_000, '1'),
  '1e-999',
  '-0',
  '9007199254740993',
  '1E+400',
  `1${'0'.repeat(400)}`,
]
const ESCAPES = [
  '\\\\ud800',
  '\\\\u0000',
  '\\ud800',
  '\\udc00\\ud800',
  '\\u0000',
  '\\\\u{D800}',
  '\\\\u{FFFFFFFFF}',
  '\\\\x',
  '\\ufffe\\uffff',
]
