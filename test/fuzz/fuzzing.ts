import { type GraphQLSchema, parse, validate } from 'graphql'
import { schema } from '../../schema/index.ts'
import { drawBody, type PostedBody, toBody } from './bodies.ts'
import { breakDocument } from './broken-documents.ts'
import { type Asked, drawDocument } from './documents.ts'
import { drawSteps, type Step } from './frames.ts'
import { Poster, type Verdict } from './posts.ts'
import { createRandom, type Random } from './random.ts'
import { shrink } from './shrink.ts'
import { play } from './socket-play.ts'
import type { Target, Targets } from './targets.ts'
import type { Stillness } from './watch.ts'

export const KINDS = ['documents', 'bodies', 'sockets'] as const
export type Kind = (typeof KINDS)[number]

/** Something that a gateway should not have done. */
export interface Finding {
  readonly kind: Kind
  /** Of the case: the same seed and number make the same case. */
  readonly index: number
  readonly target: string
  readonly verdict: string
  /** As little as still does it. */
  readonly smallest: string
}

/** How the event loops did while a batch ran. */
export interface Look {
  readonly kind: Kind
  readonly process: string
  readonly stillness: Stillness
}

export interface FuzzOptions {
  readonly targets: Targets
  readonly seed: number
  /** How long a gateway may be busy at a stretch, the collection of garbage apart, in milliseconds. */
  readonly longestStallMs?: number
}

/** Draws cases, tries them on the gateways in turn, and remembers what went wrong. */
export class Fuzzing {
  readonly findings: Finding[] = []
  readonly looks: Look[] = []
  /** How many documents were drawn, and how many of them a server takes for valid, its own limits apart. */
  readonly documents = { drawn: 0, valid: 0 }
  /** What was answered how often: statuses, codes of errors, and codes that sockets were closed with. */
  readonly seen = new Map<string, number>()
  readonly #targets: Targets
  readonly #seed: number
  readonly #longestStallMs: number
  readonly #posters: ReadonlyMap<Target, Poster>
  readonly #idle: Poster

  constructor({ targets, seed, longestStallMs = LONGEST_STALL_MS }: FuzzOptions) {
    this.#longestStallMs = longestStallMs
    this.#targets = targets
    this.#seed = seed
    this.#posters = new Map(targets.gateways.map((target) => [target, new Poster(target)]))
    this.#idle = new Poster({ name: 'idle', process: targets.idle, token: null, ids: [] })
  }

  /** Tries the cases of one kind from one number to before another. */
  async run(kind: Kind, from: number, to: number): Promise<void> {
    await this.#lookAway()
    for (let start = from; start < to; start += BATCH) {
      const indices = Array.from({ length: Math.min(BATCH, to - start) }, (_, offset) => start + offset)
      await this.#inTurn(indices, (index) => this.#tryCase(kind, index))
      await this.#look(kind, indices)
      if (this.#targets.gateways.some(({ process }) => process.ended !== null)) return
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#posters.values(), this.#idle].map((poster) => poster.close()))
    for (const poster of this.#posters.values()) for (const [what, times] of poster.seen) this.#count(what, times)
  }

  async #tryCase(kind: Kind, index: number): Promise<void> {
    const target = this.#targetOf(index)
    const verdict = kind === 'sockets' ? await this.#trySocket(index, target) : await this.#tryPost(kind, index, target)
    if (verdict === null || this.findings.length >= MOST_FINDINGS) return
    this.findings.push({ kind, index, target: target.name, verdict, smallest: await this.#shrink(kind, index, target) })
  }

  #targetOf(index: number): Target {
    const target = this.#targets.gateways[index % this.#targets.gateways.length]
    if (target === undefined) throw new Error('there is no gateway')
    return target
  }

  #tryPost(kind: Kind, index: number, target: Target): Promise<Verdict> {
    const body = this.#bodyOf(kind, index, target)
    return this.#post(target, body)
  }

  /** The idle one gets the same in the same moment, so that it bears what the gateways have to bear from the machine. */
  async #post(target: Target, body: PostedBody): Promise<Verdict> {
    const [verdict = null] = await Promise.all([this.#posters.get(target)?.post(body), this.#idle.post(body)])
    return verdict
  }

  #bodyOf(kind: Kind, index: number, target: Target): PostedBody {
    const random = createRandom(this.#seed + (kind === 'bodies' ? 1_000_003 : 0), index)
    if (kind === 'bodies') return drawBody(drawValid(schema, target, random), random)
    const isMeantWell = random.chance(MEANT_WELL)
    const asked = drawValid(schema, target, random)
    const sent = isMeantWell ? asked : breakDocument(asked, random)
    this.documents.drawn += 1
    if (isValid(schema, sent.query)) this.documents.valid += 1
    return toBody(sent, random.pick(ACCEPTS))
  }

  async #trySocket(index: number, target: Target): Promise<Verdict> {
    return this.#play(target, this.#stepsOf(index, target))
  }

  #stepsOf(index: number, target: Target): readonly Step[] {
    const random = createRandom(this.#seed + 2_000_003, index)
    const asked = () => {
      const drawn = drawDocument(schema, { random, ids: target.ids })
      return random.chance(0.7) ? drawn : breakDocument(drawn, random)
    }
    return drawSteps(asked, random, target.token)
  }

  async #play(target: Target, steps: readonly Step[]): Promise<Verdict> {
    try {
      const { code, reason, said } = await play(target.process.url, steps, HEAR_MS)
      this.#count(`closed ${code}`)
      if (code !== null && FAILED.has(code)) return `closed with ${code} ${reason}`
      return said.includes('"INTERNAL"') ? `INTERNAL: ${said.slice(0, 300)}` : null
    } catch (error) {
      return String(error)
    }
  }

  /** The smallest case that is judged badly too, whatever for. */
  async #shrink(kind: Kind, index: number, target: Target): Promise<string> {
    if (target.process.ended !== null) return 'not tried: the gateway is gone'
    if (kind === 'sockets') {
      const fails = async (steps: readonly Step[]) => (await this.#play(target, steps)) !== null
      const steps = await shrink(this.#stepsOf(index, target), fails)
      return steps.map((step) => (step.what === 'wait' ? '…' : Buffer.from(step.bytes).toString('latin1'))).join('\n')
    }
    const { headers, bytes } = this.#bodyOf(kind, index, target)
    const fails = async (parts: readonly number[]) =>
      (await this.#post(target, { headers, bytes: Uint8Array.from(parts) })) !== null
    const smallest = await shrink([...bytes], fails)
    return `${JSON.stringify(headers)} ${Buffer.from(smallest).toString()}`
  }

  /** Looks at every event loop; where one stood still, finds out over which case. */
  async #look(kind: Kind, indices: readonly number[]): Promise<void> {
    const { gateways, idle } = this.#targets
    for (const { name, process } of gateways) {
      if (process.ended !== null) return void this.#died(kind, indices, name, process.ended)
      const stillness = await process.look()
      this.looks.push({ kind, process: name, stillness })
      if (stillness.busyMs > this.#longestStallMs) await this.#findStall(kind, indices, name)
    }
    this.looks.push({ kind, process: 'idle', stillness: await idle.look() })
  }

  /** What was before does not count. */
  async #lookAway(): Promise<void> {
    const { gateways, idle } = this.#targets
    await Promise.all([idle, ...gateways.map(({ process }) => process)].map((process) => process.look()))
  }

  #died(kind: Kind, indices: readonly number[], target: string, how: string): void {
    const [index = 0] = indices
    const verdict = `the gateway ended with ${how} in the batch that begins here`
    this.findings.push({ kind, index, target, verdict, smallest: '' })
  }

  async #findStall(kind: Kind, indices: readonly number[], name: string): Promise<void> {
    for (const index of indices) {
      const target = this.#targetOf(index)
      if (target.name !== name || this.findings.length >= MOST_FINDINGS) continue
      await target.process.look()
      if (kind === 'sockets') await this.#trySocket(index, target)
      else await this.#tryPost(kind, index, target)
      const { busyMs, garbageMs } = await target.process.look()
      if (busyMs - garbageMs <= this.#longestStallMs) continue
      const verdict = `busy for ${Math.round(busyMs)} ms, of which garbage ${Math.round(garbageMs)} ms`
      this.findings.push({ kind, index, target: name, verdict, smallest: this.#describe(kind, index, target) })
    }
  }

  #describe(kind: Kind, index: number, target: Target): string {
    if (kind === 'sockets') return `${this.#stepsOf(index, target).length} steps`
    return Buffer.from(this.#bodyOf(kind, index, target).bytes)
      .toString()
      .slice(0, 500)
  }

  #count(what: string, times = 1): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + times)
  }

  /** Several at once, as clients come. */
  async #inTurn(indices: readonly number[], work: (index: number) => Promise<void>): Promise<void> {
    const waiting = indices.values()
    const worker = async () => {
      for (const index of waiting) await work(index)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
}

const BATCH = 250
const AT_ONCE = 8
const MOST_FINDINGS = 25
const LONGEST_STALL_MS = 100
/** How long a socket is listened to after it last said something. */
const HEAR_MS = 25
/** The part of documents that are sent as they were drawn. */
const MEANT_WELL = 0.65
const ACCEPTS = [
  undefined,
  'application/json',
  'application/graphql-response+json',
  '*/*',
  'text/event-stream, application/json;q=0.5',
]
/** What a socket is closed with when something went wrong inside, or nobody knew what. */
const FAILED: ReadonlySet<number> = new Set([1006, 1011, 4500, 4004, 4005])

/** Fields that bear one name in two types of a union do not always go together: then it is drawn anew. */
function drawValid(from: GraphQLSchema, { ids }: Target, random: Random): Asked {
  let asked = drawDocument(from, { random, ids })
  for (let times = 0; times < 4 && !isValid(from, asked.query); times += 1) asked = drawDocument(from, { random, ids })
  return asked
}

function isValid(from: GraphQLSchema, query: string): boolean {
  try {
    return validate(from, parse(query, { maxTokens: 20_000 })).length === 0
  } catch {
    return false
  }
}
