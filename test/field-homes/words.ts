import type { HomesOfVendor } from './describe-homes.ts'
import { at, type Home, type Sight } from './homes.ts'

/** A provider's words where they stand, and what each becomes. */
export interface Words {
  /** As the document calls the place. */
  readonly where: string
  readonly vendor: Omit<HomesOfVendor, 'homes'>
  /** The answer in which the word stands. */
  readonly route: string
  /** By the document's cell, which may name several. */
  readonly readings: Readonly<Record<string, readonly Reading[]>>
  /** What becomes of a word that nobody knows. */
  readonly unknown: Reading
}

/** One word in its surroundings. */
export interface Reading {
  readonly word: string
  /** What else has to be so. */
  readonly given: string
  readonly answer: object
  readonly shows: Home['shows']
}

export const UNKNOWN_WORD = 'canary-word'

/** Where a word stands, and where it is seen. */
export interface Place {
  readonly where: string
  /** The answer with the word in it. */
  readonly change: (word: string) => object
  /** Where the word, translated, is seen. */
  readonly path: string
  readonly type: string
}

/** What differs from the plain reading of a word. */
export interface Special {
  readonly given: string
  readonly value: string
  /** The answer in which the word's own answer is changed once more. */
  readonly change: (answer: any) => object
}

/** Makes the readings of words at a place. */
export function reader({ change, path, type }: Place) {
  return (
    words: string,
    value: string,
    ...specials: readonly Special[]
  ): Readonly<Record<string, readonly Reading[]>> => ({
    [words]: words.split(', ').flatMap((word) => [
      { word, given: '', answer: change(word), shows: { [`${type}.${value}`]: at('main', path, value) } },
      ...specials.map((special) => ({
        word,
        given: ` ${special.given}`,
        answer: special.change(change(word)),
        shows: { [`${type}.${special.value}`]: at('main', path, special.value) },
      })),
    ]),
  })
}

export function unknown(change: Place['change'], shows: Home['shows']): Reading {
  return { word: UNKNOWN_WORD, given: '', answer: change(UNKNOWN_WORD), shows }
}

export const main = (path: string, value: unknown): Sight => at('main', `conversation.${path}`, value)

/** Two readings of the same words. */
export function both(
  one: Readonly<Record<string, readonly Reading[]>>,
  other: Readonly<Record<string, readonly Reading[]>>,
): Readonly<Record<string, readonly Reading[]>> {
  return Object.fromEntries(
    Object.entries(one).map(([words, readings]) => [words, [...readings, ...(other[words] ?? [])]]),
  )
}
