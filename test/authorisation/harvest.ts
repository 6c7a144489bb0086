import {
  accountId,
  conversationId,
  type GlobalId,
  messageId,
  parseGlobalId,
  participantId,
  personId,
} from '../../schema/global-id.ts'
import type { VendorName } from '../support/world.ts'
import type { Asker } from './asker.ts'
import { shallow } from './documents.ts'
import type { MatrixViewer, TenantAccount, TenantWorld } from './tenants.ts'

/** What of one account can be named in a question. */
export interface Harvest {
  readonly key: string
  readonly vendor: VendorName
  readonly account: string
  /** How deep is asked at most. */
  readonly depth: number
  readonly ids: readonly string[]
  readonly externalIds: readonly string[]
  /** Marks that stand in it somewhere. */
  readonly words: readonly string[]
  of(type: GlobalId['type']): readonly string[]
}

/** By what is true at the vendor, and by all ids that its admin and agent come to see. */
export async function harvestOf(
  account: TenantAccount,
  world: TenantWorld,
  { asker, depth }: { readonly asker: Asker; readonly depth: number },
): Promise<Harvest> {
  const texts = await Promise.all(
    ['agent', 'admin'].flatMap((kind) => {
      const viewer = world.viewers.find(({ name }) => name === `${account.key} ${kind}`)
      return viewer === undefined ? [] : SIGHTS(account.vendor).map((document) => asker.text(viewer, document, {}))
    }),
  )
  const seen = texts.flatMap((text) => text.match(/[A-Za-z0-9_-]{12,}/g) ?? [])
  const words = [...new Set(texts.join(' ').match(/cnry[0-9a-z]{5}/g))]
  const ids = [...new Set([...truthIds(account), ...seen.filter((id) => parseGlobalId(id)?.account === account.key)])]
  const { conversations } = account.truth()
  return {
    key: account.key,
    vendor: account.vendor,
    account: accountId(account.key),
    depth,
    ids,
    externalIds: conversations.map(({ externalId }) => externalId),
    words: words.filter((_, index) => index % Math.ceil(words.length / 12) === 0),
    of: (type) => ids.filter((id) => parseGlobalId(id)?.type === type),
  }
}

const SIGHTS = (vendor: VendorName): readonly string[] => [
  `{ accounts { ${shallow('Account', vendor, 0)} teams { id } channels { id } agents { id } labels { name } } }`,
  '{ accounts { people(first: 25) { nodes { id addresses { value } } } } }',
  `{ conversations(first: 25) { nodes { ${shallow('Conversation', vendor)} } } }`,
]

/** Of each conversation itself, some of its messages with all that are internal, and two who take part. */
function truthIds({ key, truth }: TenantAccount): readonly string[] {
  const { conversations } = truth()
  const person = (native: string) => ({ kind: 'person', account: key, native }) as const
  return [
    accountId(key),
    ...conversations.flatMap(({ native, messages, people, customers }) => {
      const ref = { kind: 'conversation', account: key, native } as const
      const open = messages.filter(({ isInternal }) => !isInternal).slice(-2)
      const internal = messages.filter(({ isInternal }) => isInternal).slice(-2)
      return [
        conversationId(ref),
        ...[...open, ...internal].map((message) =>
          messageId({ kind: 'message', conversation: ref, native: message.native }),
        ),
        ...[...new Set([...customers.slice(0, 2), ...people.slice(-1)])].flatMap((one) => [
          personId(person(one)),
          participantId(ref, person(one)),
        ]),
      ]
    }),
  ]
}

/** As whom somebody is let in who sees all of that account. */
export function adminOf(account: string, viewers: readonly MatrixViewer[]): MatrixViewer {
  const admin = viewers.find(({ name }) => name === `${account} admin`)
  if (admin === undefined) throw new Error(`${account} has no admin`)
  return admin
}
