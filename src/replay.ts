import type { Config } from './config.ts'
import type { EventLog } from './events/log.ts'
import { openCommonStore } from './events/open-log.ts'
import { SpoolTable } from './events/spool-table.ts'
import { openStore } from './store.ts'

/** The configuration has no account of this key. */
export class UnknownAccount extends Error {
  override readonly name = 'UnknownAccount'
}

/** Something that was given up on. */
export interface Replayed {
  readonly reason: string
  readonly at: Date
}

/**
 * Puts everything that was given up on in one account back among what waits: what the gateway could not look into, whichever
 * instance tried, and the deliveries that could not be taken in, of the instance whose store this is. Whatever runs on the same
 * stores tries it again soon. Answers what it was, oldest first.
 */
export async function replay(config: Config, account: string): Promise<readonly Replayed[]> {
  const keys = config.accounts.map(({ key }) => key)
  if (!keys.includes(account))
    throw new UnknownAccount(`There is no account ${account}. There are: ${keys.join(', ')}.`)
  const store = openStore(config.store)
  try {
    const { log } = await openCommonStore(config, store)
    const deliveries = new SpoolTable(store.database)
    return await revive(log, deliveries, account).finally(() => log.close())
  } finally {
    store.close()
  }
}

async function revive(log: EventLog, deliveries: SpoolTable, account: string): Promise<readonly Replayed[]> {
  const letters = [...(await log.deadLetters(account)), ...deliveries.deadLetters(account)]
  await log.revive(account)
  deliveries.revive(account)
  return letters.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}
