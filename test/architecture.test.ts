import { describe, expect, test } from 'vitest'
import { COMPUTED, readImports } from './architecture/imports.ts'
import { isCovered, judge } from './architecture/judge.ts'
import { LAWS } from './architecture/laws.ts'
import { codeFiles, readCode, vendorFolders } from './architecture/repository.ts'

const FILES = codeFiles()
const VENDORS = vendorFolders()
const IMPORTS = FILES.flatMap((file) => readImports(file, readCode(file)).map((found) => ({ file, ...found })))

describe('the import laws', () => {
  test('cover every file of code', () => {
    expect(FILES.length).toBeGreaterThan(100)
    expect(FILES.filter((file) => !isCovered(LAWS, VENDORS, file))).toEqual([])
  })

  test('hold', () => {
    expect(IMPORTS.length).toBeGreaterThan(300)
    expect(IMPORTS.flatMap(({ file, ...found }) => judge(LAWS, VENDORS, file, found) ?? [])).toEqual([])
  })

  test('keep the port by itself', () => {
    const outside = IMPORTS.filter(
      ({ file, target }) => isIn('providers/port/', file) && !isIn('providers/port/', target),
    )
    expect(outside).toEqual([])
  })

  test('know three vendors at least', () => {
    expect(VENDORS).toEqual(expect.arrayContaining(['bird', 'chatwoot', 'cometchat']))
  })
})

describe('the import laws forbid', () => {
  const forbidden: readonly (readonly [file: string, target: string])[] = [
    ['providers/kit/http.ts', 'schema/index.ts'],
    ['providers/kit/http.ts', 'providers/bird/wire.ts'],
    ['providers/kit/http.ts', 'providers/kit/emulator/index.ts'],
    ['providers/kit/http.ts', 'hono'],
    ['providers/kit/emulator/emulator.ts', 'providers/bird/emulator/state.ts'],
    ['providers/port/model.ts', 'providers/kit/wire.ts'],
    ['providers/port/model.ts', 'node:crypto'],
    ['providers/port/index.ts', 'zod'],
    ['providers/chatwoot/client.ts', 'providers/bird/client.ts'],
    ['providers/chatwoot/client.ts', 'providers/chatwoot/emulator/state.ts'],
    ['providers/chatwoot/client.ts', 'providers/kit/emulator/index.ts'],
    ['providers/chatwoot/client.ts', 'schema/context.ts'],
    ['providers/chatwoot/client.ts', 'src/config.ts'],
    ['providers/chatwoot/client.ts', 'undici'],
    ['providers/chatwoot/config.ts', 'node:fs'],
    ['providers/bird/emulator/routes.ts', 'providers/bird/client.ts'],
    ['providers/bird/emulator/routes.ts', 'providers/bird/to-model.ts'],
    ['providers/bird/emulator/routes.ts', 'providers/bird/webhook.ts'],
    ['providers/bird/emulator/routes.ts', 'providers/bird/wire.ts'],
    ['providers/bird/emulator/routes.ts', 'providers/chatwoot/emulator/state.ts'],
    ['providers/bird/emulator/routes.ts', 'providers/kit/wire.ts'],
    ['schema/conversation.ts', 'providers/chatwoot/index.ts'],
    ['schema/conversation.ts', 'providers/kit/wire.ts'],
    ['schema/conversation.ts', 'src/config.ts'],
    ['schema/conversation.ts', 'node:fs'],
    ['schema/details/bird.ts', 'providers/bird/details.ts'],
    ['schema/details/index.ts', 'providers/bird/details.ts'],
    ['src/gateway.ts', 'providers/bird/client.ts'],
    ['src/gateway.ts', 'providers/bird/emulator/index.ts'],
    ['src/gateway.ts', 'providers/kit/emulator/index.ts'],
    ['src/gateway.ts', 'schema/details/bird.ts'],
    ['src/gateway.ts', 'zod'],
    ['src/demo.ts', 'providers/bird/emulator/state.ts'],
    ['src/demo.ts', 'providers/bird/client.ts'],
    ['src/main.ts', COMPUTED],
    ['codegen.ts', 'schema/index.ts'],
    ...['providers/port/model.ts', 'providers/kit/wire.ts', 'providers/bird/client.ts'].map(fromTest),
    ...['schema/index.ts', 'src/main.ts', 'codegen.ts'].map(fromTest),
    ['lib/anything.ts', 'graphql'],
    ['scripts/release.js', 'node:fs'],
    ['providers/client.ts', 'providers/port/index.ts'],
    ['providers/unknown/deeper/client.ts', 'providers/port/index.ts'],
  ]

  test.each(forbidden)('%s to import %s', (file, target) => {
    expect(judge(LAWS, VENDORS, file, { target, isType: false })).toContain(file)
  })

  const forbiddenTypes: typeof forbidden = [
    ['providers/bird/emulator/routes.ts', 'providers/bird/client.ts'],
    ['providers/bird/emulator/routes.ts', 'providers/chatwoot/wire.ts'],
    ['schema/details/bird.ts', 'providers/chatwoot/details.ts'],
    ['schema/details/bird.ts', 'providers/bird/wire.ts'],
    ['schema/conversation.ts', 'providers/bird/details.ts'],
    ['providers/port/model.ts', 'providers/kit/wire.ts'],
    ['src/gateway.ts', 'providers/kit/emulator/index.ts'],
  ]

  test.each(forbiddenTypes)('%s to import even the types of %s', (file, target) => {
    expect(judge(LAWS, VENDORS, file, { target, isType: true })).toContain(file)
  })
})

describe('the import laws allow', () => {
  const allowed: readonly (readonly [file: string, target: string, kind: 'values' | 'types'])[] = [
    ['providers/port/index.ts', 'providers/port/model.ts', 'values'],
    ['providers/kit/http.ts', 'undici', 'values'],
    ['providers/kit/emulator/emulator.ts', '@hono/node-server', 'values'],
    ['providers/bird/client.ts', 'providers/kit/http.ts', 'values'],
    ['providers/bird/client.ts', 'providers/port/index.ts', 'values'],
    ['providers/bird/errors.ts', 'node:http', 'types'],
    ['providers/bird/emulator/routes.ts', 'hono/utils/http-status', 'values'],
    ['providers/bird/emulator/routes.ts', 'providers/bird/wire.ts', 'types'],
    ['providers/bird/emulator/deeper/routes.ts', 'providers/kit/emulator/index.ts', 'values'],
    ['schema/details/bird.ts', 'providers/bird/details.ts', 'types'],
    ['schema/details/index.ts', 'providers/chatwoot/details.ts', 'types'],
    ['schema/builder.ts', '@pothos/core', 'values'],
    ['src/providers.ts', 'providers/bird/index.ts', 'values'],
    ['src/gateway.ts', 'schema/index.ts', 'values'],
    ['src/demo.ts', 'providers/bird/emulator/index.ts', 'values'],
    ['src/config.ts', 'providers/kit/settings.ts', 'values'],
    ['test/anything.test.ts', 'providers/bird/emulator/state.ts', 'values'],
  ]

  test.each(allowed)('%s to import of %s the %s', (file, target, kind) => {
    expect(judge(LAWS, VENDORS, file, { target, isType: kind === 'types' })).toBeNull()
  })
})

describe('imports are found', () => {
  const source = `
    import { a } from './a.ts'
    import type { B } from '../port/index.ts'
    import {
      c,
      type D,
    } from "undici"
    import e, { f } from 'e'
    import * as g from 'g'
    import type from './type.ts'
    import './effect.ts'
    export * from './star.ts'
    export * as h from './named-star.ts'
    export type { I } from './i.ts'
    export { j } from './j.ts'
    export type K = string
    const l = await import('./l.ts')
    const m = await import(\`./\${l}.ts\`)
    const n = require('n')
    const o = import.meta.resolve('o')
    const p = text.require('p')
  `

  test('in every form, with what is erased told apart', () => {
    const found = readImports('providers/bird/client.ts', source).map(
      ({ target, isType }) => `${target}${isType ? ' type' : ''}`,
    )
    expect(found).toEqual([
      'providers/bird/a.ts',
      'providers/port/index.ts type',
      'undici',
      'e',
      'g',
      'providers/bird/type.ts',
      'providers/bird/star.ts',
      'providers/bird/named-star.ts',
      'providers/bird/i.ts type',
      'providers/bird/j.ts',
      'providers/bird/effect.ts',
      'providers/bird/l.ts',
      COMPUTED,
      'n',
    ])
  })
})

describe('a vendor’s name', () => {
  test('is asked for in no condition outside its folder and the schema’s own lists of vendors', () => {
    const files = FILES.filter((file) => !VENDORS.some((vendor) => isIn(`providers/${vendor}/`, file)))
    const places = files.filter((file) => !isIn('test/', file) && !MAY_NAME_VENDORS.some((path) => isIn(path, file)))
    expect(places.flatMap((file) => branchesOnVendor(readCode(file)).map((code) => `${file}: ${code}`))).toEqual([])
  })

  test.each([
    "if (provider.name === 'bird') return",
    "if ('chatwoot' !== name) return",
    'const slow = name == "cometchat"',
    "case 'bird':",
    "if (['bird', 'chatwoot'].includes(name)) return",
    "if (provider === 'BIRD') return",
  ])('would be found in: %s', (code) => {
    expect(branchesOnVendor(code)).toHaveLength(1)
  })

  test.each(["{ name: 'bird', title: 'Bird' }", "import { bird } from './bird/index.ts'"])('may be in: %s', (code) => {
    expect(branchesOnVendor(code)).toEqual([])
  })
})

const MAY_NAME_VENDORS = ['schema/provider.ts', 'schema/details/']

/** Comparisons with a vendor's name, cases of it, and lists of names that are searched. */
function branchesOnVendor(source: string): readonly string[] {
  const name = `['"\`](?:${VENDORS.join('|')})['"\`]`
  const forms = [
    `[=!]==?\\s*${name}`,
    `${name}\\s*[=!]==?`,
    `case\\s+${name}`,
    `\\[[^\\]]*${name}[^\\]]*\\]\\s*\\.(?:includes|indexOf)`,
  ]
  return source.match(new RegExp(forms.join('|'), 'gi')) ?? []
}

function fromTest(file: string): readonly [string, string] {
  return [file, 'test/support/anything.ts']
}

function isIn(folder: string, path: string): boolean {
  return path.startsWith(folder)
}
