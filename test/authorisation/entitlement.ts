import type { Canary } from './canaries.ts'
import type { MatrixViewer, TenantAccount, TenantWorld } from './tenants.ts'
import type { TrueConversation } from './truth.ts'

/** What a viewer may come to know, by what is true at the vendors at this moment. */
export class Entitlement {
  readonly viewer: MatrixViewer
  readonly #accounts: ReadonlyMap<string, AccountEntitlement>

  constructor(viewer: MatrixViewer, world: TenantWorld) {
    this.viewer = viewer
    const granted = world.accounts.filter(({ key }) => viewer.grants.has(key))
    this.#accounts = new Map(granted.map((account) => [account.key, entitlementIn(account, viewer)]))
  }

  has(account: string): boolean {
    return this.#accounts.has(account)
  }

  mayKnow({ account, holder }: Canary): boolean {
    const own = this.#accounts.get(account)
    if (own === undefined) return false
    if (own.everything) return true
    if (holder.kind === 'team') return false
    if (holder.kind === 'conversation') return own.conversations.has(holder.native)
    if (holder.kind === 'person') return own.people.has(holder.native)
    if (holder.kind === 'channel') return own.channels.has(holder.id)
    return holder.native === own.self
  }

  maySee(account: string, conversation: string): boolean {
    const own = this.#accounts.get(account)
    return own !== undefined && (own.everything || own.conversations.has(conversation))
  }

  /** Messages that are not there count as what nobody keeps from anybody. */
  maySeeMessage(account: string, conversation: string, message: string): boolean {
    const own = this.#accounts.get(account)
    return this.maySee(account, conversation) && !own?.internal.has(`${conversation} ${message}`)
  }

  mayMeet(account: string, person: string): boolean {
    const own = this.#accounts.get(account)
    return own !== undefined && (own.everything || own.people.has(person))
  }
}

interface AccountEntitlement {
  readonly everything: boolean
  readonly self: string | null
  readonly conversations: ReadonlySet<string>
  readonly people: ReadonlySet<string>
  readonly channels: ReadonlySet<string>
  readonly internal: ReadonlySet<string>
}

function entitlementIn(account: TenantAccount, { kind, grants }: MatrixViewer): AccountEntitlement {
  const self = grants.get(account.key) ?? null
  const conversations = account.truth().conversations.filter((one) => self !== null && one.customers.includes(self))
  return {
    everything: kind !== 'end-user',
    self,
    conversations: new Set(conversations.map(({ native }) => native)),
    people: new Set([...(self === null ? [] : [self]), ...conversations.flatMap(({ people }) => people)]),
    channels: new Set(conversations.flatMap(({ channel }) => channel ?? [])),
    internal: new Set(conversations.flatMap(internalIn)),
  }
}

function internalIn({ native, messages }: TrueConversation): readonly string[] {
  return messages.filter(({ isInternal }) => isInternal).map((message) => `${native} ${message.native}`)
}
