import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from '@graphql-codegen/cli'
import { expect, test } from 'vitest'
import config from '../codegen.ts'

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))
const GENERATED = new URL('client/generated/', import.meta.url)

test('the typed documents are what codegen makes of schema and operations', async () => {
  const made: readonly { filename: string; content: string }[] = await generate(
    { ...config, cwd: REPOSITORY, silent: true },
    false,
  )
  const expected = Object.fromEntries(made.map(({ filename, content }) => [basename(filename), content]))
  const committed = Object.fromEntries(
    readdirSync(GENERATED).map((name) => [name, readFileSync(new URL(name, GENERATED), 'utf8')]),
  )
  expect(Object.keys(expected).length).toBeGreaterThan(1)
  expect(Object.keys(committed).toSorted()).toEqual(Object.keys(expected).toSorted())
  const stale = Object.keys(expected).filter((name) => committed[name] !== expected[name])
  expect(stale, 'test/client/generated is not up to date: run `npm run codegen` and commit it').toEqual([])
})
