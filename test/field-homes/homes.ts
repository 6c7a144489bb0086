import type { StubbedGateway } from './gateway.ts'

/** Every documented property of one source document's section, by its name there. */
export type Homes = Readonly<Record<string, Readonly<Record<string, Home>>>>

/** What becomes of one property. */
export interface Home {
  /**
   * - `shown` an answer shows it
   * - `secret` no answer and no log ever shows it
   * - `config` it is a setting of the account
   * - `nowhere` it is left out on purpose
   */
  readonly kind: 'shown' | 'secret' | 'config' | 'nowhere'
  /** Of what is shown: for each home (`Type.field`, or a word of an enum) where it is seen. */
  readonly shows: Readonly<Record<string, Sight | readonly Sight[]>>
  readonly why: string
  readonly proofs: readonly Proof[]
}

/** A value at one place of an answer. */
export interface Sight {
  /** Which of the vendor's questions is answered. */
  readonly question: string
  /** Within `data`: `conversation.details.guid`; from `errors.` on, of the whole answer. */
  readonly path: string
  /** An object or a list says what has to be in it; anything else is the value itself. */
  readonly value: unknown
}

/** What was asked, answered, sent upstream and logged. */
export interface Evidence extends StubbedGateway {
  /** The answer to each question. */
  readonly answers: ReadonlyMap<string, any>
  /** All of them, and the answers to everything that can be selected, as text. */
  readonly shown: string
}

/** Throws unless it is so. */
export type Proof = (evidence: Evidence) => void | Promise<void>

export function at(question: string, path: string, value: unknown): Sight {
  return { question, path, value }
}

const NOTHING = { shows: {}, why: '', proofs: [] }

export function shown(shows: Home['shows'], more: { readonly proofs?: readonly Proof[] } = {}): Home {
  return { ...NOTHING, kind: 'shown', shows, ...more }
}

/** The canary itself stands in an answer or, for a credential, in a request. */
export function secret(why: string, ...proofs: readonly Proof[]): Home {
  return { ...NOTHING, kind: 'secret', why, proofs }
}

export function config(why: string, ...proofs: readonly Proof[]): Home {
  return { ...NOTHING, kind: 'config', why, proofs }
}

export function nowhere(why: string, ...proofs: readonly Proof[]): Home {
  return { ...NOTHING, kind: 'nowhere', why, proofs }
}
