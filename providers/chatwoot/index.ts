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
  isIdentity: (kind, name) => (kind === 'end-user' ? CONTACT : USER).test(name),
  create: (account, settings) => new ChatwootProvider(account, settings),
}

const CONTACT = /^contact:[1-9]\d{0,14}$/
const USER = /^user:[1-9]\d{0,14}$/
