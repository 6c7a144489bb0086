import { Hono } from 'hono'
import {
  type EmulatedVendor,
  type Emulator,
  type EmulatorOptions,
  Random,
  STORY_END,
  serveEmulator,
} from '../../kit/emulator/index.ts'
import { guardAccess } from './access.ts'
import type { Answers } from './answers.ts'
import { channelRoutes } from './channel-routes.ts'
import { Chronicle } from './chronicle.ts'
import { contactRoutes } from './contact-routes.ts'
import { conversationRoutes } from './conversation-routes.ts'
import { conversationWriteRoutes } from './conversation-write-routes.ts'
import { Deeds } from './deeds.ts'
import { messageRoutes } from './message-routes.ts'
import { messageWriteRoutes } from './message-write-routes.ts'
import { participantRoutes } from './participant-routes.ts'
import type { View } from './participant-shape.ts'
import type { Workspace } from './records.ts'
import { answerRefusal, notFound } from './refusal.ts'
import { seedWorkspace } from './seed.ts'
import { BirdState } from './state.ts'
import { Storage, storageRoutes } from './storage.ts'
import { availableWebhookRoutes, offeredEvents, subscriptionRoutes } from './webhook-routes.ts'
import { Deliveries, type ServiceEvents, SIGNING_KEY, SUBSCRIBED_URL } from './webhooks.ts'

export { SIGNING_KEY, SUBSCRIBED_URL, sign } from './webhooks.ts'

/** The secret of the key that the settings hand out. */
export const ACCESS_KEY = 'bird-emulator-access-key'

export interface BirdEmulatorOptions extends EmulatorOptions {
  /** `example` (the default) answers like the printed examples, `schema` with everything that the schema has. */
  readonly shape?: View['shape']
  /** Whether listing channels is a 403, as it is with keys for conversations only. */
  readonly channelsForbidden?: boolean
  /** Further keys by their secret, each with the resource paths (`*` for one part) that are a 403 with it. */
  readonly keys?: Readonly<Record<string, readonly string[]>>
  /** Whether more than 50 GETs in a second are a 429. */
  readonly limitRate?: boolean
  /** How long failed webhooks wait before each further attempt; by default eight hours of growing waits, shortened. */
  readonly webhookRetryDelaysMs?: readonly number[]
  /** How big a file may be; 100 MiB, as at Bird. */
  readonly maxUploadBytes?: number
  /** Changes the story before anybody is told of it. */
  readonly prepare?: (workspace: Workspace) => void
}

const DEFAULT_SEED = 1

/** Bird's Conversations, Channels and Contacts APIs on loopback, with a story in them. */
export function startBirdEmulator(options: BirdEmulatorOptions): Promise<Emulator> {
  const random = new Random(options.seed ?? DEFAULT_SEED)
  const now = options.now ?? STORY_END
  const workspace = seedWorkspace(random, now)
  options.prepare?.(workspace)
  const chronicle = new Chronicle(random, now)
  const state = new BirdState(workspace, chronicle)
  let view: View = { shape: options.shape ?? 'example', workspaceId: workspace.id, origin: '' }
  const offers = offeredEvents(workspace)
  const deliveries = new Deliveries(() => view, random, offers, options.webhookRetryDelaysMs)
  chronicle.onHappening = (happening) => deliveries.send(happening)
  const answers = {
    workspace,
    view: () => view,
    deliveries,
    deeds: new Deeds(workspace, chronicle),
    storage: new Storage(options.maxUploadBytes),
  }

  const vendor: EmulatedVendor = {
    name: 'bird',
    routes: birdRoutes(answers, offers, options),
    settingsAt: (url) => {
      view = { ...view, origin: url }
      const webhook = { publicUrl: SUBSCRIBED_URL, signingKeys: [SIGNING_KEY] }
      const accessKeyId = workspace.actors.find(({ type }) => type === 'accessKey')?.id
      return { baseUrl: url, workspaceId: workspace.id, accessKey: ACCESS_KEY, accessKeyId, webhook }
    },
    say: (conversation, person, text) => state.say(conversation, person, text),
    receive: (conversation, person) => state.receive(conversation, person),
    read: (conversation, person, upTo) => state.read(conversation, person, upTo),
    state: () => state.state(),
    deliverWebhooksTo: (target) => deliveries.deliverTo(target),
    close: () => {
      chronicle.close()
      deliveries.close()
    },
  }
  return serveEmulator(vendor, options.port)
}

function birdRoutes(answers: Answers, offers: readonly ServiceEvents[], options: BirdEmulatorOptions): Hono {
  const { id, organizationId }: Workspace = answers.workspace
  const forbidden = {
    ...options.keys,
    [ACCESS_KEY]: options.channelsForbidden === true ? ['/workspaces/*/channels'] : [],
  }
  const routes = new Hono()
  routes.route('/', storageRoutes(answers.storage))
  routes.use(guardAccess({ forbidden, limitRate: options.limitRate ?? false }))
  for (const part of [
    conversationRoutes(answers),
    conversationWriteRoutes(answers),
    messageRoutes(answers),
    messageWriteRoutes(answers),
    participantRoutes(answers),
    channelRoutes(answers),
    contactRoutes(answers),
    subscriptionRoutes(answers),
    availableWebhookRoutes(offers),
  ])
    routes.route(`/workspaces/${id}`, part)
  routes.route(`/organizations/${organizationId}/workspaces/${id}`, subscriptionRoutes(answers))
  routes.onError(answerRefusal)
  routes.notFound((context) => answerRefusal(notFound(), context))
  return routes
}
