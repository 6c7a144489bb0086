import type { Adapter } from '../kit/adapter.ts'
import { type ChatwootSettings, chatwootSettings } from './config.ts'
import { ChatwootProvider } from './provider.ts'

/** Chatwoot: open source customer support, hosted or self-hosted. */
export const chatwoot: Adapter<ChatwootSettings> = {
  name: 'chatwoot',
  retriesWebhooks: false,
  // Of the hosted one; whoever runs their own may allow more.
  callsPerMinute: 3_000,
  settings: chatwootSettings,
  create: (account, settings) => new ChatwootProvider(account, settings),
}
