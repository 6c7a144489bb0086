import type { Asked } from './documents.ts'
import type { Random } from './random.ts'

/** One thing that a client does with an open socket. */
export type Step =
  /** A frame, byte by byte. */
  | { readonly what: 'bytes'; readonly bytes: Uint8Array }
  /** Until something comes back, but not for long. */
  | { readonly what: 'wait' }

/** Draws what a client may do with a socket, right and wrong. */
export function drawSteps(asked: () => Asked, random: Random, token: string | null): readonly Step[] {
  const drawing: Drawing = { asked, random, token }
  const opening = random.chance(0.8) ? [text(init(token)), WAIT] : []
  const length = random.between(1, 12)
  return [...opening, ...Array.from({ length }, () => random.pick(MOVES)(drawing)).flat()]
}

interface Drawing {
  readonly asked: () => Asked
  readonly random: Random
  readonly token: string | null
}

type Move = (drawing: Drawing) => readonly Step[]

const WAIT: Step = { what: 'wait' }
const IDS = ['1', '2', '', '__proto__', 'constructor', 'toString', 'x'.repeat(1_000), '\u0000', '1\ud800']

const MOVES: readonly Move[] = [
  ...Array<Move>(6).fill((drawing) => [text(subscribe(drawing)), ...maybeWait(drawing)]),
  ({ random }) => [text({ type: 'complete', id: random.pick(IDS) })],
  ({ random }) => [text({ type: random.pick(['ping', 'pong']), payload: random.pick(PAYLOADS) })],
  ({ token }) => [text(init(token))],
  ({ random }) => [text({ type: random.pick(TYPES), id: random.pick(IDS), payload: random.pick(PAYLOADS) })],
  ({ random }) => [text({ type: 'subscribe', id: random.pick(ODD_IDS), payload: { query: '{ __typename }' } })],
  ({ random }) => [text({ type: 'subscribe', id: '1', payload: random.pick(PAYLOADS) })],
  ({ random }) => [frame({ payload: Buffer.from(random.pick(TEXTS)) })],
  (drawing) => fragmented(drawing),
  ({ random }) => [frame({ opcode: random.between(0, 15), fin: random.chance(0.5), payload: bytesOf(random, 200) })],
  ({ random }) => [frame({ rsv: random.between(1, 7), payload: Buffer.from('{}') })],
  ({ random }) => [frame({ masked: false, payload: Buffer.from(`{"type":"${random.pick(TYPES)}"}`) })],
  ({ random }) => [frame({ opcode: 2, payload: bytesOf(random, 500) })],
  ({ random }) => [frame({ payload: Buffer.from(random.pick(INVALID_TEXTS)) })],
  ({ random }) => [frame({ opcode: random.pick([9, 10]), payload: bytesOf(random, random.pick([0, 125, 126])) })],
  ({ random }) => [frame({ opcode: 8, payload: closing(random) })],
  ({ random }) => [frame({ payload: Buffer.alloc(random.between(60_000, 70_000), 'x') })],
  ({ random }) => [frame({ payload: Buffer.from('{}'), claimed: random.pick([2 ** 31, 2 ** 40, 2 ** 53, 70_000]) })],
  ({ random }) => Array<Step>(random.between(30, 70)).fill(text({ type: 'ping' })),
  ({ random }) => Array<Step>(random.between(2, 40)).fill(frame({ opcode: 1, fin: false, payload: Buffer.from('{') })),
  ({ random }) => [{ what: 'bytes', bytes: bytesOf(random, random.between(1, 300)) }],
  () => [WAIT],
]

function maybeWait({ random }: Drawing): readonly Step[] {
  return random.chance(0.5) ? [WAIT] : []
}

function init(token: string | null): object {
  return { type: 'connection_init', ...(token !== null && { payload: { authorization: `Bearer ${token}` } }) }
}

function subscribe({ asked, random }: Drawing): object {
  return { type: 'subscribe', id: random.pick(IDS), payload: asked() }
}

/** One message in several frames, with something in between now and then. */
function fragmented(drawing: Drawing): readonly Step[] {
  const { random } = drawing
  const whole = Buffer.from(JSON.stringify(subscribe(drawing)))
  const cuts = [
    0,
    ...Array.from({ length: random.between(1, 20) }, () => random.between(0, whole.length)),
    whole.length,
  ]
  const edges = cuts.toSorted((one, other) => one - other)
  return edges.slice(1).flatMap((end, index) => {
    const payload = whole.subarray(edges[index], end)
    const part = frame({ opcode: index === 0 ? 1 : 0, fin: index === edges.length - 2, payload })
    return random.chance(0.1) ? [part, random.pick(INTERLUDES)] : [part]
  })
}

function closing(random: Random): Uint8Array {
  const code = random.pick([0, 999, 1000, 1001, 1004, 1005, 1006, 1015, 2999, 3000, 4400, 4999, 5000, 65_535])
  const start = Buffer.from([code >> 8, code & 0xff])
  return random.pick([start, Buffer.alloc(0), Buffer.alloc(1), Buffer.concat([start, bytesOf(random, 150)])])
}

function bytesOf(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.between(0, 255))
}

function text(message: object): Step {
  return frame({ payload: Buffer.from(JSON.stringify(message)) })
}

interface FrameParts {
  readonly payload: Uint8Array
  readonly opcode?: number
  readonly fin?: boolean
  readonly rsv?: number
  readonly masked?: boolean
  /** The length that the frame says it has. */
  readonly claimed?: number
}

/** RFC 6455, 5.2. Masked with zeros: the bytes stay readable. */
function frame({
  payload,
  opcode = 1,
  fin = true,
  rsv = 0,
  masked = true,
  claimed = payload.length,
}: FrameParts): Step {
  const mask = masked ? 0x80 : 0
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  const head = [first, ...lengthBytes(claimed, mask), ...(masked ? [0, 0, 0, 0] : [])]
  return { what: 'bytes', bytes: Buffer.concat([Buffer.from(head), payload]) }
}

function lengthBytes(length: number, mask: number): readonly number[] {
  if (length < 126) return [mask | length]
  if (length < 65_536) return [mask | 126, length >> 8, length & 0xff]
  const long = Buffer.alloc(8)
  long.writeBigUInt64BE(BigInt(length))
  return [mask | 127, ...long]
}

const INTERLUDES = [
  frame({ opcode: 9, payload: Buffer.from('hi') }),
  text({ type: 'ping' }),
  frame({ opcode: 2, payload: Buffer.alloc(1) }),
]
const TYPES = [
  'next',
  'error',
  'connection_ack',
  'start',
  'stop',
  'data',
  'ka',
  '',
  '__proto__',
  'constructor',
  'toString',
  'SUBSCRIBE',
]
const ODD_IDS: readonly unknown[] = [null, 1, {}, [], true, undefined, '__proto__', { toString: 'x' }]
const PAYLOADS: readonly unknown[] = [
  ...[
    null,
    1,
    '',
    'text',
    [],
    {},
    true,
    undefined,
    { query: null },
    { query: 1 },
    { query: {} },
    { query: '{' },
    { query: '' },
  ],
  ...[
    { query: '{ nothing }' },
    { query: '{ __typename }', variables: [] },
    { query: '{ __typename }', variables: 'x' },
  ],
  ...[
    { query: '{ __typename }', operationName: 5 },
    { query: '{ __typename }', extensions: 7 },
    { query: 'subscription { nothing }' },
  ],
  ...[{ query: 'subscription { __typename }' }, { query: '{'.repeat(3_000) }, { documentId: 'x' }, { documentId: {} }],
  ...[
    JSON.parse('{"__proto__":{"query":"{ __typename }"}}'),
    { authorization: { toString: null } },
    { authorization: 'Bearer x' },
  ],
]
const TEXTS = [
  '',
  ' ',
  '{',
  'null',
  '[]',
  '1',
  '"text"',
  '{}',
  '{"type":null}',
  '{"type":{}}',
  '{"type":"subscribe"}',
  '\ufeff{}',
  '[{"type":"ping"}]',
]
const INVALID_TEXTS: readonly (readonly number[])[] = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0x7b, 0x80, 0x7d],
  [0xf4, 0x90, 0x80, 0x80],
]
