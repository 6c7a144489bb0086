import { ActingClient, type Picked } from '../gateway/acting-client.ts'
import type { RunningDemo } from '../gateway/demo-gateway.ts'
import { customerIn, type TrueMessage, type Truth, truthOf } from './vendor-truth.ts'
import type { Answer, VendorName } from './world.ts'

/** Where somebody acts at one provider of the demo: over GraphQL, while what came of it is told by the vendor itself. */
export class ActingStage {
  readonly vendor: VendorName
  /** Where there is a file that everybody can fetch. */
  readonly publicFile: string
  readonly client: ActingClient
  readonly #demo: RunningDemo

  constructor(vendor: VendorName, demo: RunningDemo, publicFile: string) {
    this.vendor = vendor
    this.publicFile = publicFile
    this.#demo = demo
    this.client = new ActingClient(this)
  }

  async ask(query: string, variables: object = {}): Promise<Answer> {
    return postJson(this.#demo.endpoint, { query, variables })
  }

  /** The account, with what conversations are given to. */
  async account(): Promise<any> {
    const { data } = await this.ask(
      `{ accounts { id key channels { id type } agents { id externalId displayName } teams { id externalId } } }`,
    )
    return data.accounts.find(({ key }: { readonly key: string }) => key === this.vendor)
  }

  async truth({ externalId }: Pick<Picked, 'externalId'>): Promise<Truth | null> {
    const state = await getJson(`${this.#control}/state`)
    return truthOf(this.vendor, state, externalId)
  }

  /** As `truth`, of what is surely there. */
  async presentTruth(conversation: Pick<Picked, 'externalId'>): Promise<Truth> {
    const truth = await this.truth(conversation)
    if (truth === null) throw new Error(`${this.vendor} has no conversation ${conversation.externalId}`)
    return truth
  }

  /** The first conversation, newest first, of which both the list and the vendor say what is wanted. */
  async find(fits: (picked: Picked, truth: Truth) => boolean): Promise<Picked | null> {
    const state = await getJson(`${this.#control}/state`)
    const isIt = (picked: Picked) => {
      const truth = truthOf(this.vendor, state, picked.externalId)
      return truth !== null && fits(picked, truth)
    }
    return (await this.client.conversations(this.vendor)).find(isIt) ?? null
  }

  async pick(fits: (picked: Picked, truth: Truth) => boolean): Promise<Picked> {
    const found = await this.find(fits)
    if (found === null) throw new Error(`${this.vendor} has no such conversation`)
    return found
  }

  /** The global id of a message; null where the gateway does not show it. */
  async messageId({ id }: Pick<Picked, 'id'>, { id: externalId }: Pick<TrueMessage, 'id'>): Promise<string | null> {
    const { data } = await this.ask(
      'query ($id: ID!) { conversation(id: $id) { messages(last: 100) { nodes { id externalId } } } }',
      { id },
    )
    const nodes: readonly any[] = data.conversation.messages.nodes
    return nodes.find((node) => node.externalId === externalId)?.id ?? null
  }

  /** The other side says something there; how the vendor calls that message. */
  async hear({ externalId }: Pick<Picked, 'externalId'>, text: string): Promise<string> {
    const { people } = await this.presentTruth({ externalId })
    const person = customerIn(this.vendor, people)
    const { message } = await postJson(`${this.#control}/say`, { conversation: externalId, person, text })
    return message
  }

  /** How the last request of the vendor was answered, and what it was. */
  async lastRequest(): Promise<{ readonly path: string; readonly status: number }> {
    const { requests } = await getJson(`${this.#control}/requests`)
    return requests.at(-1)
  }

  get #control(): string {
    return `${this.#demo.emulatorUrls[this.vendor]}/__control`
  }
}

async function getJson(url: string): Promise<any> {
  return (await fetch(url)).json()
}

async function postJson(url: string, body: object): Promise<any> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return answer.json()
}
