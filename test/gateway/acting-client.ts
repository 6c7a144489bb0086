import type { VendorName, World } from '../support/world.ts'

/** What a client selects of every problem. */
export const WHY = /* GraphQL */ `
  fragment Why on Problem {
    code detail providerCode
    ... on ValidationError { issues { path detail providerCode } }
    ... on ConflictError { existingConversationId }
    ... on CapabilityNotSupportedError { support { ...Row } }
    ... on RateLimitedError { retryAfterMs source { ...Account } }
    ... on ProviderError { retryable source { ...Account } }
    ... on OutcomeUnknownError { checkAfterMs source { ...Account } }
  }
  fragment Row on CapabilitySupport { capability level note limits { maxCount maxLength maxBytes mimeTypes windowSeconds } }
  fragment Account on SourceStatus { account { key } state code }
`

const ROW = WHY.slice(WHY.indexOf('fragment Row'), WHY.indexOf('fragment Account'))

/** A conversation as a test picks it. */
export interface Picked {
  readonly id: string
  readonly externalId: string
  readonly title: string
  readonly kind: string
  readonly status: string | null
  readonly labels: readonly string[] | null
  readonly channel: { readonly type: string } | null
  readonly lastMessage: { readonly messageId: string | null } | null
}

/** Somebody who acts over HTTP. */
export class ActingClient {
  readonly #world: Pick<World, 'ask'>

  constructor(world: Pick<World, 'ask'>) {
    this.#world = world
  }

  /** Asks for one act; what it answered, with `__typename`. Throws where the answer has errors. */
  async act(mutation: string, input: object, ofSuccess = ''): Promise<any> {
    const { data, errors } = await this.#world.ask(documentOf(mutation, ofSuccess), { input })
    if (errors) throw new Error(JSON.stringify(errors))
    return data.result
  }

  async accountId(vendor: VendorName): Promise<string> {
    const { data } = await this.#world.ask('{ accounts { id key } }')
    return data.accounts.find((account: any) => account.key === vendor).id
  }

  /** The newest hundred conversations of one account. */
  async conversations(vendor: VendorName): Promise<readonly Picked[]> {
    const { data } = await this.#world.ask(
      `query ($account: ID!) { conversations(first: 100, filter: { accountIds: [$account] }) { nodes {
        id externalId title kind status labels channel { type } lastMessage { messageId }
      } } }`,
      { account: await this.accountId(vendor) },
    )
    return data.conversations.nodes
  }

  async conversation(vendor: VendorName, fits: (conversation: Picked) => boolean = () => true): Promise<Picked> {
    const found = (await this.conversations(vendor)).find(fits)
    if (found === undefined) throw new Error(`${vendor} has no such conversation`)
    return found
  }

  /** A row as `Account.capabilities` or, given a conversation, `Conversation.capabilities` shows it. */
  async row(vendor: VendorName, capability: string, conversation: string | null = null): Promise<any> {
    const id = conversation ?? (await this.accountId(vendor))
    const type = conversation === null ? 'Account' : 'Conversation'
    const { data } = await this.#world.ask(
      `query ($id: ID!, $of: [Capability!]) { node(id: $id) { ... on ${type} { capabilities(of: $of) { ...Row } } } } ${ROW}`,
      { id, of: [capability] },
    )
    return data.node.capabilities[0]
  }
}

/** A document that asks for one act under the name `result`. */
function documentOf(mutation: string, ofSuccess = ''): string {
  return `mutation ($input: ${inputOf(mutation)}!) {
    result: ${mutation}(input: $input) { __typename ...Why ${ofSuccess && `... on ${successOf(mutation)} { ${ofSuccess} }`} }
  } ${WHY}`
}

function inputOf(mutation: string): string {
  return `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
}

function successOf(mutation: string): string {
  return mutation.startsWith('mark') ? 'MarkSuccess' : inputOf(mutation).replace(/Input$/, 'Success')
}
