import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FLOORS, isAtLeast } from './floors.ts'

interface Locked {
  readonly version: string
  readonly resolved?: string
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
}

const LOCKFILE: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
)
const MANIFEST: Record<string, Record<string, string>> = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
const PACKAGES = Object.entries(LOCKFILE.packages).filter(([path]) => path !== '')

/** Every copy that would be installed, wherever it lies. */
function versionsOf(name: string): readonly string[] {
  return PACKAGES.filter(([path]) => path.endsWith(`node_modules/${name}`)).map(([, { version }]) => version)
}

describe('the lockfile', () => {
  test.each(FLOORS)('has no $name before $version', ({ name, version }) => {
    expect(versionsOf(name)).not.toEqual([])
    for (const found of versionsOf(name)) expect(isAtLeast(found, version), `${name} ${found}`).toBe(true)
  })

  test('names no address to fetch from', () => {
    expect(PACKAGES.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  })

  test('has one copy of graphql', () => {
    expect(versionsOf('graphql')).toHaveLength(1)
  })

  test('has packages that run something when they are installed for development only', () => {
    const running = PACKAGES.filter(([, { hasInstallScript }]) => hasInstallScript)
    expect(running.filter(([, { dev }]) => dev !== true)).toEqual([])
    expect(running.map(([path]) => path)).toEqual(['node_modules/node'])
  })
})

describe('what the package asks for', () => {
  test.each(['dependencies', 'devDependencies'])('in %s is one version each', (kind) => {
    for (const version of Object.values(MANIFEST[kind]!)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

describe('versions', () => {
  test.each([
    ['8.12.4', '8.12.4', true],
    ['8.12.3', '8.12.4', false],
    ['8.9.9', '8.12.4', false],
    ['9.0.0', '8.12.4', true],
    ['8.12.4-rc.1', '8.12.4', false],
    ['8.12.5-rc.1', '8.12.4', true],
  ])('%s against %s', (version, floor, expected) => {
    expect(isAtLeast(version, floor)).toBe(expected)
  })
})
