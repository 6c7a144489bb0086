import type { Config } from './config.ts'
import { openCommonStore } from './events/open-log.ts'
import { openStore } from './store.ts'

/** The configuration has no account of this key. */
export class UnknownAccount extends Error {
  override readonly name = 'UnknownAccount'
}

/**
 * Puts everything that was given up on in one account back among what waits: whichever gateway runs on the same store looks
 * into it again. Answers how much that was.
 */
export async function replay(config: Config, account: string): Promise<number> {
  const keys = config.accounts.map(({ key }) => key)
  if (!keys.includes(account))
    throw new UnknownAccount(`There is no account ${account}. There are: ${keys.join(', ')}.`)
  const store = openStore(config.store)
  try {
    const { log } = await openCommonStore(config, store)
    return await log.revive(account).finally(() => log.close())
  } finally {
    store.close()
  }
}
