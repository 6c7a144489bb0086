import { AnswerCache } from '../kit/cache.ts'
import type { Wire } from '../kit/wire.ts'
import type { CallContext, Channel, Label, Person, PersonRef, Team } from '../port/index.ts'
import { contactOf, somebody } from './acting.ts'
import type { ChatwootClient } from './client.ts'
import { toAgent, toBot, toChannel, toContact, toLabel, toOwnAgent, toTeam } from './to-model.ts'

const FRESH_MS = 60_000
const STALE_MS = 3_600_000

/** What changes seldom and is asked for by every page: one call each, kept for a while, apart for everybody who asks. */
export class Directory {
  readonly #account: string
  readonly #accountId: string
  readonly #client: ChatwootClient
  readonly #profile = new AnswerCache<Person>(FRESH_MS, STALE_MS)
  readonly #contacts = new AnswerCache<Person>(FRESH_MS, STALE_MS)
  readonly #agents = new AnswerCache<readonly Person[]>(FRESH_MS, STALE_MS)
  readonly #bots = new AnswerCache<readonly Person[]>(FRESH_MS, STALE_MS)
  readonly #teams = new AnswerCache<readonly Team[]>(FRESH_MS, STALE_MS)
  readonly #labels = new AnswerCache<readonly Label[]>(FRESH_MS, STALE_MS)
  readonly #inboxes = new AnswerCache<Inboxes>(FRESH_MS, STALE_MS)
  readonly #assignable = new AnswerCache<readonly Person[]>(FRESH_MS, STALE_MS)

  constructor(account: string, accountId: string, client: ChatwootClient) {
    this.#account = account
    this.#accountId = accountId
    this.#client = client
  }

  /** The owner of the token that this call uses. */
  tokenOwner(call: CallContext): Promise<Person> {
    return this.#profile.get(identityOf(call), call, async () =>
      toOwnAgent(this.#account, this.#accountId, await this.#client.getProfile(call)),
    )
  }

  /** Which of us acts; null for a service, an admin and an end user. Costs nothing where the viewer is known by name. */
  async agentRef(call: CallContext): Promise<PersonRef | null> {
    if (call.actor.kind !== 'agent') return null
    return call.actor.person ?? (await this.tokenOwner(call)).ref
  }

  /** Who acts, as a whole; null for a service and an admin. */
  async self(call: CallContext): Promise<Person | null> {
    const actor = somebody(call.actor)
    if (actor === null) return null
    const contact = contactOf(call.actor)
    if (contact !== null) {
      const read = async () => toContact(this.#account, await this.#client.getContact(contact.id, call))
      return this.#contacts.get(contact.ref.native, call, read)
    }
    if (actor.person === null || actor.credential !== null) return this.tokenOwner(call)
    const agents = await this.agents(call)
    return agents.find(({ ref }) => ref.native === actor.person?.native) ?? null
  }

  agents(call: CallContext): Promise<readonly Person[]> {
    return this.#agents.get(identityOf(call), call, async () =>
      (await this.#client.listAgents(call)).map((agent) => toAgent(this.#account, agent)),
    )
  }

  bots(call: CallContext): Promise<readonly Person[]> {
    return this.#bots.get(identityOf(call), call, async () =>
      (await this.#client.listAgentBots(call)).map((bot) => toBot(this.#account, bot)),
    )
  }

  teams(call: CallContext): Promise<readonly Team[]> {
    return this.#teams.get(identityOf(call), call, async () => (await this.#client.listTeams(call)).map(toTeam))
  }

  labels(call: CallContext): Promise<readonly Label[]> {
    return this.#labels.get(identityOf(call), call, async () => (await this.#client.listLabels(call)).map(toLabel))
  }

  /** By inbox id. */
  async channels(call: CallContext): Promise<ReadonlyMap<string, Channel>> {
    return (await this.#readInboxes(call)).channels
  }

  /** The inboxes if somebody has asked for them lately; no call. */
  knownChannels(call: CallContext): ReadonlyMap<string, Channel> | null {
    return this.#inboxes.peek(identityOf(call))?.channels ?? null
  }

  /** What the client API calls an API inbox; null where it has no such name. */
  async clientInbox(inbox: string, call: CallContext): Promise<string | null> {
    return (await this.#readInboxes(call)).identifiers.get(inbox) ?? null
  }

  /** The agents who see an inbox, and so may be given its conversations. */
  assignable(inbox: string, call: CallContext): Promise<readonly Person[]> {
    return this.#assignable.get(`${inbox} for ${identityOf(call)}`, call, async () => {
      const all = await this.#client.listAssignableAgents(inbox, call)
      // Servers after 4.15 list the inbox's bot as well.
      return all.filter((one) => !one.has('bot_type')).map((agent) => toAgent(this.#account, agent))
    })
  }

  #readInboxes(call: CallContext): Promise<Inboxes> {
    return this.#inboxes.get(identityOf(call), call, async () => toInboxes(await this.#client.listInboxes(call)))
  }
}

/** Both by inbox id. */
interface Inboxes {
  readonly channels: ReadonlyMap<string, Channel>
  /** Who knows one of these may write as a customer: they stay in here. */
  readonly identifiers: ReadonlyMap<string, string>
}

function toInboxes(inboxes: readonly Wire[]): Inboxes {
  const identifiers = inboxes.flatMap((inbox) => {
    const identifier = inbox.filledText('inbox_identifier')
    return identifier === null ? [] : [[inbox.text('id'), identifier] as const]
  })
  return {
    channels: new Map(inboxes.map(toChannel).map((channel) => [channel.externalId, channel])),
    identifiers: new Map(identifiers),
  }
}

/** Whose token a call uses: what one may see must not be told to another. */
function identityOf(call: CallContext): string {
  const actor = somebody(call.actor)
  return actor === null || actor.credential === null
    ? 'the account'
    : `holder of ${actor.person?.native ?? actor.credential}`
}
