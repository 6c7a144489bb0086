import { describe, expect, it } from 'vitest'
import { BIRD_HOMES } from './bird-homes.ts'
import { CHATWOOT_HOMES } from './chatwoot-homes.ts'
import { COMETCHAT_HOMES } from './cometchat-homes.ts'
import { countKinds, isInSchema, sightsOf } from './describe-homes.ts'
import { HAS_DOCUMENT, homesIn, readProperties } from './document.ts'
import type { Home } from './homes.ts'

const ENTRIES = Object.entries({ ...COMETCHAT_HOMES, ...CHATWOOT_HOMES, ...BIRD_HOMES }).flatMap(([section, homes]) =>
  Object.entries(homes).map(([property, home]) => ({ name: `${section} | ${property}`, home })),
)
const ALL: readonly Home[] = ENTRIES.map(({ home }) => home)
const homeOf = new Map(ENTRIES.map(({ name, home }) => [name, home]))

describe(`the homes of ${ALL.length} documented properties (${countKinds(ALL)})`, () => {
  it('that are shown are in the schema', () => {
    const names = new Set(ALL.flatMap((home) => sightsOf(home.shows).map(([name]) => name)))
    expect([...names].filter((name) => !isInSchema(name))).toEqual([])
  })

  it('show something, or say why nothing is shown', () => {
    const silent = ENTRIES.filter(({ home }) => {
      return home.kind === 'shown' ? Object.keys(home.shows).length === 0 : home.why === ''
    })
    expect(silent).toEqual([])
  })

  it('that keep a secret prove it', () => {
    const kept = ALL.filter(({ kind }) => kind === 'secret')
    expect(kept.filter(({ proofs }) => proofs.length === 0)).toEqual([])
    expect(kept.length).toBeGreaterThan(0)
  })
})

/** Homes that have another name here: Relay takes whatever is called `id` for the key of a record. */
const RENAMED: Readonly<Record<string, string>> = {
  'BirdInbox.id': 'BirdInbox.inboxId',
  'BirdRecipient.id': 'BirdRecipient.contactId',
  'BirdResource.id': 'BirdResource.resourceId',
}

const title = HAS_DOCUMENT
  ? 'the document of field homes'
  : 'the document of field homes, which is not beside this repository'

describe.skipIf(!HAS_DOCUMENT)(title, () => {
  it('has 321 properties, and each has one entry here, and no entry is without a row', () => {
    const names = readProperties().map(({ section, property }) => `${section} | ${property}`)
    expect(names).toHaveLength(321)
    expect(ENTRIES.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })

  it('names the homes that are shown here', () => {
    const missing = readProperties().flatMap(({ section, property, home }) => {
      const entry = homeOf.get(`${section} | ${property}`)
      // What is left out has no home: such a row only says where else to look.
      if (entry?.kind === 'nowhere') return []
      const known = new Set(Object.keys(entry?.shows ?? {}))
      const homes = homesIn(home).map((name) => RENAMED[name] ?? name)
      return homes.flatMap((name) => (known.has(name) ? [] : [`${section} | ${property}: ${name}`]))
    })
    expect(missing).toEqual([])
  })

  it('agrees on what is secret, what is configured and what is left out', () => {
    const wrong = readProperties().flatMap(({ section, property, home }) => {
      const kind = homeOf.get(`${section} | ${property}`)?.kind
      const said = ['secret', 'config', 'nowhere'].find((word) => home.startsWith(word))
      const agrees = kind === (said ?? 'shown')
      return agrees ? [] : [`${section} | ${property} is ${kind}, not: ${home}`]
    })
    expect(wrong).toEqual([])
  })
})
