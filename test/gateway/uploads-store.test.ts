import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished, test, vi } from 'vitest'
import { createSqliteUploads } from '../../src/uploads/sqlite-uploads.ts'
import type { AnnouncedUpload } from '../../src/uploads/upload-store.ts'
import { describeShared } from '../support/shared-storage.ts'

const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000)

function announced(over: Partial<AnnouncedUpload> = {}): AnnouncedUpload {
  return {
    viewer: 'nora',
    conversation: { kind: 'conversation', account: 'desk', native: '7' },
    fileName: 'größe.png',
    mimeType: 'image/png',
    sizeBytes: 10,
    expiresAt: IN_AN_HOUR(),
    ...over,
  }
}

const bytes = (text: string) => new TextEncoder().encode(text)
const textOf = (piece: Uint8Array | null) => (piece === null ? null : new TextDecoder().decode(piece))

describeShared('uploads', (storage) => {
  it('are known to every instance as they were announced, and their bytes once they are complete', async () => {
    const [one, other] = [await storage.openUploads(), await storage.openUploads()]
    const id = randomUUID()
    const upload = announced()
    await one.announce(id, upload)
    expect(await other.find(id)).toEqual({ ...upload, stored: null })
    const attempt = Number(await one.begin(id, IN_AN_HOUR()))
    await one.append(id, attempt, 0, bytes('hello'))
    await one.append(id, attempt, 1, bytes('world'))
    expect(await other.find(id)).toMatchObject({ stored: null })
    await one.complete(id, attempt)
    expect(await other.find(id)).toEqual({ ...upload, stored: attempt })
    const pieces = [0, 1, 2].map((number) => other.read(id, attempt, number))
    expect((await Promise.all(pieces)).map(textOf)).toEqual(['hello', 'world', null])
  })

  it('are not known that were never announced', async () => {
    const store = await storage.openUploads()
    expect(await store.find(randomUUID())).toBeNull()
    expect(await store.begin(randomUUID(), IN_AN_HOUR())).toBe('unknown')
  })

  it('are received by one at a time, and once', async () => {
    const [one, other] = [await storage.openUploads(), await storage.openUploads()]
    const id = randomUUID()
    await one.announce(id, announced())
    const begun = await Promise.all([one, other, one, other].map((store) => store.begin(id, IN_AN_HOUR())))
    expect(begun.filter((attempt) => attempt === 'taken')).toHaveLength(3)
    const attempt = Number(begun.find((one) => one !== 'taken'))
    await one.complete(id, attempt)
    expect(await other.begin(id, new Date(0))).toBe('taken')
  })

  it('may be sent again after an attempt that failed, or was never heard of again', async () => {
    const [one, other] = [await storage.openUploads(), await storage.openUploads()]
    const id = randomUUID()
    await one.announce(id, announced())
    const failed = Number(await one.begin(id, IN_AN_HOUR()))
    await one.append(id, failed, 0, bytes('half'))
    await one.abandon(id, failed)
    expect(await one.read(id, failed, 0)).toBeNull()
    const killed = Number(await one.begin(id, new Date(Date.now() - 1)))
    await one.append(id, killed, 0, bytes('half'))
    const attempt = Number(await other.begin(id, IN_AN_HOUR()))
    expect(await other.read(id, killed, 0)).toBeNull()
    // Whoever was thought dead changes nothing any more.
    await one.complete(id, killed)
    await one.abandon(id, killed)
    expect(await one.find(id)).toMatchObject({ stored: null })
    expect(await one.begin(id, IN_AN_HOUR())).toBe('taken')
    await other.append(id, attempt, 0, bytes('whole'))
    await other.complete(id, attempt)
    expect(await one.find(id)).toMatchObject({ stored: attempt })
  })

  it('have so much room together and no more, and give back what they do not use', async () => {
    const room = 15 + (await usedBytes())
    const store = await storage.openUploads(room)
    const [one, other] = [randomUUID(), randomUUID()]
    await store.announce(one, announced())
    await store.announce(other, announced())
    const attempt = Number(await store.begin(one, IN_AN_HOUR()))
    expect(await store.begin(other, IN_AN_HOUR())).toBe('full')
    await store.abandon(one, attempt)
    expect(await store.begin(other, IN_AN_HOUR())).toBe(1)
    expect(await store.begin(one, IN_AN_HOUR())).toBe('full')
  })

  it('are not found after their time, but can be read to their end for a while', async () => {
    const store = await storage.openUploads()
    const id = randomUUID()
    const expiresAt = new Date(Date.now() + 500)
    await store.announce(id, announced({ expiresAt }))
    const attempt = Number(await store.begin(id, IN_AN_HOUR()))
    await store.append(id, attempt, 0, bytes('hello'))
    await store.complete(id, attempt)
    await vi.waitFor(async () => expect(await store.find(id)).toBeNull(), { timeout: 2_000 })
    expect(await store.begin(id, IN_AN_HOUR())).toBe('unknown')
    expect(textOf(await store.read(id, attempt, 0))).toBe('hello')
  })

  /** By what the tests before have left. */
  async function usedBytes(): Promise<number> {
    for (let room = 0; ; room += 10) {
      const store = await storage.openUploads(room)
      const id = randomUUID()
      await store.announce(id, announced({ sizeBytes: 0 }))
      const begun = await store.begin(id, IN_AN_HOUR())
      if (begun === 'full') continue
      await store.abandon(id, Number(begun))
      return room
    }
  }
})

test('a SQLite file is rid of uploads and of all their bytes some minutes after their time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  const store = createSqliteUploads(database)
  onTestFinished(() => store.close())
  const rows = (table: string) => Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows)
  for (const id of ['one', 'other']) {
    await store.announce(id, announced())
    const attempt = Number(await store.begin(id, IN_AN_HOUR()))
    for (let number = 0; number < 40; number += 1) await store.append(id, attempt, number, bytes('piece'))
  }
  await vi.advanceTimersByTimeAsync(60 * 60_000)
  expect([rows('uploads_v1'), rows('upload_pieces_v1')]).toEqual([2, 80])
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect([rows('uploads_v1'), rows('upload_pieces_v1')]).toEqual([0, 0])
})
