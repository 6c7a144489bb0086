import type { Adapter } from '../kit/adapter.ts'
import { type CometChatSettings, cometChatSettings } from './config.ts'
import { createCometChat } from './provider.ts'

export type { CometChatSettings } from './config.ts'

/** CometChat: in-app chat between users, one to one and in groups. */
export const cometChat: Adapter<CometChatSettings> = {
  name: 'cometchat',
  // Twice at most and within 40 seconds, where the app asks for it at all.
  retriesWebhooks: false,
  // Of the free plan; others allow twenty times as many.
  callsPerMinute: 500,
  settings: cometChatSettings,
  isIdentity: (_kind, name) => UID.test(name),
  create: createCometChat,
}

/** In lower case, as it keeps them; `app_system` is nobody. */
const UID = /^(?!app_system$)[a-z0-9_-]{1,100}$/
