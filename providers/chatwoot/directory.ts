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
  readonly #channels = new AnswerCache<ReadonlyMap<string, Channel>>(FRESH_MS, STALE_MS)

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
  channels(call: CallContext): Promise<ReadonlyMap<string, Channel>> {
    return this.#channels.get(identityOf(call), call, async () => byId(await this.#client.listInboxes(call)))
  }

  /** The inboxes if somebody has asked for them lately; no call. */
  knownChannels(call: CallContext): ReadonlyMap<string, Channel> | null {
    return this.#channels.peek(identityOf(call))
  }
}

function byId(inboxes: readonly Wire[]): ReadonlyMap<string, Channel> {
  return new Map(inboxes.map(toChannel).map((channel) => [channel.externalId, channel]))
}

/** Whose token a call uses: what one may see must not be told to another. */
function identityOf(call: CallContext): string {
  const actor = somebody(call.actor)
  return actor === null || actor.credential === null
    ? 'the account'
    : `holder of ${actor.person?.native ?? actor.credential}`
}
