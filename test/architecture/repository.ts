import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git'])
const CODE = /\.[cm]?[jt]sx?$/

/** Every file of code, by its path from the top of the repository. */
export function codeFiles(folder = ''): readonly string[] {
  return readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : codeFiles(`${path}/`)
    return CODE.test(entry.name) ? [path] : []
  })
}

/** The folders of providers that are neither the port nor the kit. */
export function vendorFolders(): readonly string[] {
  const folders = readdirSync(`${ROOT}providers`, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => name).filter((name) => name !== 'port' && name !== 'kit')
}

export function readCode(file: string): string {
  return readFileSync(`${ROOT}${file}`, 'utf8')
}
