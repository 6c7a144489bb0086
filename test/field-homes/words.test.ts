import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BIRD_WORDS } from './bird-words.ts'
import { CHATWOOT_WORDS } from './chatwoot-words.ts'
import { expectAtHome, sightsOf } from './describe-homes.ts'
import { HAS_DOCUMENT, homesIn, readWords } from './document.ts'
import { openStubbedGateway, type StubbedGateway } from './gateway.ts'
import type { Reading } from './words.ts'

/** CometChat's words are in its rows. */
const WORDS = [...CHATWOOT_WORDS, ...BIRD_WORDS]

const ROWS = WORDS.flatMap(({ where, readings }) =>
  Object.entries(readings).map(([word, ofWord]) => ({ name: `${where} | ${word}`, readings: ofWord })),
)
const READINGS = ROWS.flatMap(({ readings }) => readings)

describe(`${ROWS.length} rows of words, in ${READINGS.length} readings`, () => {
  for (const { where, vendor, route, readings, unknown } of WORDS) {
    describe(where, () => {
      let gateway: StubbedGateway

      beforeAll(async () => {
        gateway = await openStubbedGateway(vendor.setup)
      })

      afterAll(() => gateway.close())

      const become = async (reading: Reading) => {
        gateway.stub.change(route, reading.answer)
        const { document, variables } = vendor.questions.main!
        const answers = new Map([['main', await gateway.ask(document, variables)]])
        for (const [home, sights] of sightsOf(reading.shows)) {
          for (const sight of sights) expectAtHome({ answers }, home, sight)
        }
      }

      it.each(Object.values(readings).flat().map(titled))('%s', async (_title, reading) => become(reading))

      it(`a word that nobody knows (${unknown.word}) becomes nothing, and stays visible`, () => become(unknown))
    })
  }
})

function titled(reading: Reading): readonly [string, Reading] {
  return [`${reading.word}${reading.given} becomes ${Object.keys(reading.shows).join(', ')}`, reading]
}

const title = HAS_DOCUMENT ? 'the table of words' : 'the table of words, which is not beside this repository'

describe.skipIf(!HAS_DOCUMENT)(title, () => {
  it('has these rows and no others', () => {
    const names = readWords().map(({ where, word }) => `${where} | ${word}`)
    expect(ROWS.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })

  it('makes of each word what is tried here', () => {
    const missing = readWords().flatMap(({ where, word, becomes }) => {
      const readings = ROWS.find(({ name }) => name === `${where} | ${word}`)?.readings ?? []
      const tried = new Set(readings.flatMap(({ shows }) => Object.keys(shows)))
      return homesIn(becomes).flatMap((home) => (tried.has(home) ? [] : [`${where} | ${word}: ${home}`]))
    })
    expect(missing).toEqual([])
  })
})
