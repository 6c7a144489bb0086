import { type Emulator, type EmulatorOptions, STORY_END, serveEmulator } from '../../kit/emulator/index.ts'
import { ChatwootActs } from './acts.ts'
import { WEBHOOK_SECRET } from './hooks.ts'
import { createRoutes } from './routes/index.ts'
import type { Throttling } from './routes/throttle.ts'
import { seedAccount, TOKENS } from './seed.ts'
import { ACCOUNT_ID, type AccountState } from './state.ts'

export { WEBHOOK_SECRET } from './hooks.ts'
export type { Throttling } from './routes/throttle.ts'
export { TOKENS } from './seed.ts'

export interface ChatwootEmulatorOptions extends EmulatorOptions {
  /** Whom the request limits hold for; by default, as on the real server, everybody but callers from loopback. */
  readonly throttling?: Throttling
  /** Changes the story before anybody is told of it. */
  readonly prepare?: (account: AccountState) => void
}

/** Starts a Chatwoot 4.15.1 on loopback with one account, "Lighthouse Books". */
export async function startChatwootEmulator(options: ChatwootEmulatorOptions): Promise<Emulator> {
  const account = seedAccount(options.seed ?? DEFAULT_SEED, options.now ?? STORY_END)
  options.prepare?.(account)
  const acts = new ChatwootActs(account)
  return serveEmulator(
    {
      name: 'chatwoot',
      routes: createRoutes(account, {
        throttling: options.throttling ?? 'remote',
        afterwards: () => acts.tell(),
      }),
      settingsAt: (url) => {
        account.baseUrl = url
        return { baseUrl: url, accountId: ACCOUNT_ID, token: TOKENS.nora, webhookSecrets: [WEBHOOK_SECRET] }
      },
      say: (...act) => acts.say(...act),
      receive: (...act) => acts.receive(...act),
      read: (...act) => acts.read(...act),
      state: () => acts.state(),
      deliverWebhooksTo: (target) => acts.deliverWebhooksTo(target),
      upgrade: (...connection) => acts.upgrade(...connection),
      close: () => acts.close(),
    },
    options.port,
  )
}

const DEFAULT_SEED = 1
