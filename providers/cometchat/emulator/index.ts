import { type Emulator, type EmulatorOptions, STORY_END, serveEmulator } from '../../kit/emulator/index.ts'
import { Acts } from './acts.ts'
import { API_KEY, APP_ID, REGION, WEBHOOK_PASSWORD, WEBHOOK_USER } from './app.ts'
import { Desk } from './desk.ts'
import { createRoutes } from './routes.ts'
import { ACTS_AS, seedState } from './seed.ts'
import type { AppState } from './state.ts'
import { Webhooks } from './webhooks.ts'

export type { CometChatState } from './acts.ts'
export { API_KEY, APP_ID, AUTH_KEY, WEBHOOK_ID, WEBHOOK_PASSWORD, WEBHOOK_USER } from './app.ts'
export { FOREIGN_GROUP, LARGE_GROUP, SILENT_GROUP } from './seed-people.ts'

export interface CometChatEmulatorOptions extends EmulatorOptions {
  /** Whether the app's plan has the unread filter and the search of conversations; true unless told otherwise. */
  readonly paidPlan?: boolean
  /** Generous unless told otherwise: nobody meets the limit by accident. */
  readonly requestsPerMinute?: number
  /** How many messages one user may send; 30 unless told otherwise, as CometChat documents it. */
  readonly sendsPerMinute?: number
  /** Whether read and delivered marks made over REST send webhooks, which no document settles; true unless told otherwise. */
  readonly marksFireWebhooks?: boolean
  /** Changes the story before anybody is told of it. */
  readonly prepare?: (app: AppState) => void
}

/** CometChat's Chat REST API on loopback, with an app full of people. */
export function startCometChatEmulator(options: CometChatEmulatorOptions): Promise<Emulator> {
  const {
    port,
    seed = 1,
    now = STORY_END,
    paidPlan = true,
    requestsPerMinute = 600_000,
    sendsPerMinute = 30,
    marksFireWebhooks = true,
  } = options
  const state = seedState(seed, now)
  options.prepare?.(state)
  const acts = new Acts(state, new Webhooks(), { marksFireWebhooks })
  const vendor = Object.assign(acts, {
    name: 'cometchat',
    routes: createRoutes(new Desk(state), acts, { paidPlan, requestsPerMinute, sendsPerMinute }),
    settingsAt: (url: string) => {
      const webhook = { username: WEBHOOK_USER, passwords: [WEBHOOK_PASSWORD] }
      return { appId: APP_ID, region: REGION, baseUrl: `${url}/v3`, apiKey: API_KEY, actAs: ACTS_AS, webhook }
    },
  })
  return serveEmulator(vendor, port)
}
