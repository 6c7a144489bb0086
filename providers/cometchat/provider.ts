import { Http } from '../kit/http.ts'
import {
  type CallContext,
  type Channel,
  type Person,
  type Provider,
  ProviderError,
  type UnreadTotals,
} from '../port/index.ts'
import { acting, actingUid } from './acting.ts'
import { createActs } from './acts.ts'
import { capabilitiesOf } from './capabilities.ts'
import { CometChatClient } from './client.ts'
import { baseUrlOf, type CometChatSettings } from './config.ts'
import { Conversations } from './conversations.ts'
import { CrowdedGroups } from './crowded-groups.ts'
import { readRateLimit, toProviderError } from './errors.ts'
import { GroupDoor } from './group-door.ts'
import { Messages } from './messages.ts'
import { People } from './people.ts'
import { IN_APP } from './to-conversation.ts'
import { createInlet } from './webhook.ts'

const MAX_IN_FLIGHT = 32

/** One app at CometChat. Everything in it belongs to a user, so most calls are made on behalf of one. */
export function createCometChat(account: string, settings: CometChatSettings): Provider {
  const client = createClient(account, settings)
  const people = new People(account, settings, client)
  const crowded = new CrowdedGroups()
  const door = new GroupDoor(client)
  const conversations = new Conversations({ account, settings, client, people, crowded, door })
  const messages = new Messages(settings, client, door)
  const { webhook } = settings
  const hasNone = async () => null
  return {
    name: 'cometchat',
    order: 'updated',
    inlet: webhook === undefined ? null : createInlet({ account, webhook, client, crowded }),
    acts: createActs({ account, settings, client, conversations, crowded, door }),
    capabilities: (actor, conversation) => capabilitiesOf(settings, actor, conversation),
    rateLimit: () => client.rateLimit,
    listConversations: (filter, page, call) => conversations.list(filter, page, call),
    getConversations: (refs, call) => conversations.get(refs, call),
    findConversation: (externalId, call) => conversations.find(externalId, call),
    listMessages: (conversation, walk, call) => messages.list(conversation, walk, call),
    getMessages: (refs, call) => messages.get(refs, call),
    listParticipants: (conversation, page, call) => conversations.listParticipants(conversation, page, call),
    listHorizons: (conversation, call) => messages.horizons(conversation, call),
    listLabelsOf: ({ ref }, call) => conversations.listLabelsOf(ref, call),
    getPeople: (refs, call) => people.get(refs, call),
    searchPeople: (search, page, call) => people.search(search, page, call),
    listConversationsOf: (person, page, call) => conversations.listOf(person, page, call),
    getSelf: (call) => readSelf(people, settings, call),
    listAgents: hasNone,
    listTeams: hasNone,
    listLabels: hasNone,
    listChannels: async (): Promise<readonly Channel[]> => [IN_APP],
    countUnread: (call) => countUnread(client, settings, call),
    close: () => client.close(),
  }
}

function createClient(account: string, settings: CometChatSettings): CometChatClient {
  return new CometChatClient(
    new Http({
      name: `cometchat account "${account}"`,
      baseUrl: baseUrlOf(settings),
      headers: () => ({ apikey: settings.apiKey.reveal() }),
      errorOf: toProviderError,
      rateLimitOf: readRateLimit,
      maxInFlight: MAX_IN_FLIGHT,
    }),
  )
}

async function readSelf(people: People, settings: CometChatSettings, call: CallContext): Promise<Person | null> {
  const uid = actingUid(call.actor, settings.actAs)
  return uid === null ? null : people.self({ uid, call })
}

const UNKNOWN_TOTALS: UnreadTotals = { conversations: null, messages: null, complete: false }

/** Documented for the SDK's own API: a server key may be refused, or get messages instead of counts. */
async function countUnread(
  client: CometChatClient,
  settings: CometChatSettings,
  call: CallContext,
): Promise<UnreadTotals> {
  try {
    const rows = await client.unreadCounts(acting(call, settings.actAs, 'UNREAD_COUNT'))
    if (rows.some((row) => !row.has('count'))) return UNKNOWN_TOTALS
    const counts = rows.map((row) => row.integer('count')).filter((count) => count > 0)
    return { conversations: counts.length, messages: counts.reduce((sum, count) => sum + count, 0), complete: true }
  } catch (error) {
    if (error instanceof ProviderError && REFUSALS.has(error.code)) return UNKNOWN_TOTALS
    throw error
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['FORBIDDEN', 'INVALID', 'NOT_FOUND', 'MALFORMED'])
