import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore, StoreUnavailable } from '../../src/store.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-store-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the store', () => {
  it('keeps the key of the cursors across restarts', () => {
    const first = openStore(join(folder, 'kept.sqlite'))
    const key = Buffer.from(first.cursorKey)
    first.close()
    const second = openStore(join(folder, 'kept.sqlite'))
    expect(key).toHaveLength(32)
    expect(Buffer.from(second.cursorKey)).toEqual(key)
    second.close()
  })

  it('gives two gateways on one file the same key', () => {
    const [one, other] = [openStore(join(folder, 'shared.sqlite')), openStore(join(folder, 'shared.sqlite'))]
    expect(one.cursorKey).toEqual(other.cursorKey)
    one.close()
    other.close()
  })

  it('makes another key for another file', () => {
    const [one, other] = [openStore(':memory:'), openStore(':memory:')]
    expect(one.cursorKey).not.toEqual(other.cursorKey)
    one.close()
    other.close()
  })

  it('lets one write while another reads', () => {
    const store = openStore(join(folder, 'journal.sqlite'))
    expect(store.database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    store.close()
  })

  it('refuses a file that is no database', () => {
    const file = join(folder, 'letter.txt')
    writeFileSync(file, 'Dear Nora, this is not a database. '.repeat(50))
    expect(() => openStore(file)).toThrow(StoreUnavailable)
    expect(() => openStore(file)).toThrow(/^The store .*letter\.txt cannot be opened: .*not a database\.$/)
  })
})
