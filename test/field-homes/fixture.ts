import { readFileSync } from 'node:fs'

/** A prepared answer: every property that matters has a value found nowhere else. */
export function fixture(name: string): any {
  return JSON.parse(readFileSync(new URL(`../fixtures/field-homes/${name}.json`, import.meta.url), 'utf8'))
}
