import { writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'

/** A process that commits to the log in the file that it is given until it is killed, and prints what was acknowledged. */
const log = createSqliteLog(new DatabaseSync(process.argv[2] ?? ''))
const conversation = { kind: 'conversation', account: 'desk', native: '7' } as const

async function write(writer: number): Promise<never> {
  for (let number = 0; ; number++) {
    const id = `${writer}-${number}`
    const [occurredAt, recordedAt] = [null, new Date()]
    const event = { type: 'conversation-removed', id, origin: 'webhook', audience: 'public' } as const
    const append = [{ ...event, conversation, occurredAt, recordedAt }]
    await log.commit('desk', { deliveryId: id, remember: [], append, nudges: [] })
    writeSync(1, `${id}\n`)
  }
}

await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(write))
