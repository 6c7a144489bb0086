import { conversationId } from '../../schema/global-id.ts'
import { schema } from '../../schema/index.ts'
import { VENDORS, type VendorName } from '../support/world.ts'
import { Asker } from './asker.ts'
import type { Holder } from './canaries.ts'
import { actDocument, subscriptionDocument } from './documents.ts'
import { Entitlement } from './entitlement.ts'
import { adminOf } from './harvest.ts'
import { leaksIn } from './judge.ts'
import { type Listening, listen, until, type Wanted } from './listeners.ts'
import type { Finding } from './matrix.ts'
import type { MatrixViewer, TenantAccount, TenantWorld } from './tenants.ts'
import type { TrueConversation } from './truth.ts'

export interface StreamResult {
  readonly subscriptions: number
  readonly items: number
  readonly happenings: number
  readonly findings: readonly Finding[]
}

const PATIENCE_MS = 30_000

/** How many listen at a time: what comes to a customer is looked up for them. */
const WAVE = 8

/** Lets everybody listen to everything, has something happen in these accounts, and looks at what came to whom. */
export async function runStreams(
  world: TenantWorld,
  viewers: readonly MatrixViewer[],
  accounts = world.accounts,
): Promise<StreamResult> {
  const waves: StreamResult[] = []
  for (let at = 0; at < viewers.length; at += WAVE)
    waves.push(await runWave(world, viewers.slice(at, at + WAVE), accounts))
  const sum = (count: (wave: StreamResult) => number) => waves.reduce((total, wave) => total + count(wave), 0)
  return {
    subscriptions: sum(({ subscriptions }) => subscriptions),
    items: sum(({ items }) => items),
    happenings: sum(({ happenings }) => happenings),
    findings: waves.flatMap(({ findings }) => findings),
  }
}

async function runWave(
  world: TenantWorld,
  viewers: readonly MatrixViewer[],
  accounts: readonly TenantAccount[],
): Promise<StreamResult> {
  const wanted = viewers.flatMap((viewer) => subscriptionsOf(viewer, world))
  const listening = wanted.map((one) => listen(world.url, one))
  try {
    await Promise.all(listening.map(({ ready }) => ready))
    const happenings = await happen(world, accounts)
    const missing = await fence(world, listening, accounts)
    // What is looked up after it happened has come by then too.
    missing.push(...(await fence(world, listening, accounts)))
    return {
      subscriptions: listening.length,
      items: listening.reduce((sum, { texts }) => sum + texts.length, 0),
      happenings,
      findings: [...listening.flatMap((one) => judge(one, world)), ...missing],
    }
  } finally {
    for (const one of listening) one.close()
  }
}

const FIELDS: Readonly<Record<string, (world: TenantWorld) => readonly Readonly<Record<string, unknown>>[]>> = {
  conversationEvents: (world) => [{}, { filter: { conversationIds: everyConversation(world) } }],
  receiptsChanged: (world) => [{ conversationIds: everyConversation(world) }],
}

function subscriptionsOf(viewer: MatrixViewer, world: TenantWorld): readonly Wanted[] {
  const vendors = VENDORS.filter((vendor) =>
    world.accounts.some(({ key, vendor: of }) => viewer.grants.has(key) && of === vendor),
  )
  return Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).flatMap((field) => {
    const variables = FIELDS[field]?.(world)
    if (variables === undefined) throw new Error(`Subscription.${field} has no case in the matrix of authorisation`)
    return (vendors.length === 0 ? VENDORS : vendors).flatMap((vendor) =>
      variables.flatMap((given, index) =>
        (['websocket', 'events'] as const)
          .filter((transport) => transport === 'websocket' || index === 0)
          .map((transport) => ({
            viewer,
            transport,
            field: `Subscription.${field}`,
            query: subscriptionDocument(field, vendor),
            variables: given,
          })),
      ),
    )
  })
}

function everyConversation({ accounts }: TenantWorld): readonly string[] {
  return accounts.flatMap(({ key, truth }) =>
    truth().conversations.map(({ native }) => conversationId({ kind: 'conversation', account: key, native })),
  )
}

/** Answers how much happened. */
async function happen(world: TenantWorld, accounts: readonly TenantAccount[]): Promise<number> {
  const asker = new Asker(world.url)
  let count = 0
  for (const account of accounts) {
    for (const conversation of account.truth().conversations) {
      for (const act of HAPPENINGS) count += (await act(account, conversation, world, asker)) ? 1 : 0
    }
  }
  return count
}

type Happen = (
  account: TenantAccount,
  conversation: TrueConversation,
  world: TenantWorld,
  asker: Asker,
) => Promise<boolean>

const HAPPENINGS: readonly Happen[] = [
  (account, conversation, world) => say(account, conversation, world, conversation.customers[0]),
  (account, conversation, world) => say(account, conversation, world, colleagueIn(conversation)),
  async (account, { room, customers }) => {
    const [customer] = customers
    if (customer === undefined) return false
    await account.control('receive', { conversation: room, person: nameInRoom(account, customer) })
    await account.control('read', { conversation: room, person: nameInRoom(account, customer) })
    return true
  },
  (account, conversation, world, asker) => {
    const text = world.canaries.markerFor(account.key).text({ kind: 'team' }, 'a note', 'between us')
    const input = { text, visibility: 'PRIVATE', clientMessageId: crypto.randomUUID() }
    return act('sendMessage', account, conversation, input, world, asker)
  },
  (account, conversation, world, asker) => act('setTyping', account, conversation, { typing: true }, world, asker),
  (account, conversation, world, asker) => {
    const mark = world.canaries.markerFor(account.key).word({ kind: 'team' }, 'a custom attribute')
    return act('updateConversation', account, conversation, { customAttributes: { mark } }, world, asker)
  },
  (account, conversation, world, asker) =>
    act('updateConversation', account, conversation, { priority: 'HIGH' }, world, asker),
]

async function act(
  field: string,
  { key, vendor }: TenantAccount,
  { native }: TrueConversation,
  input: object,
  world: TenantWorld,
  asker: Asker,
): Promise<boolean> {
  const agent = world.viewers.find(({ name }) => name === `${key} agent`) ?? adminOf(key, world.viewers)
  const id = conversationId({ kind: 'conversation', account: key, native })
  const answer = await asker.text(agent, actDocument(field, vendor), { input: { conversationId: id, ...input } })
  return answer.includes('Success"')
}

async function say(
  account: TenantAccount,
  { native, room }: TrueConversation,
  { canaries }: TenantWorld,
  person: string | undefined,
): Promise<boolean> {
  if (person === undefined) return false
  const holder: Holder = { kind: 'conversation', native }
  const text = canaries.markerFor(account.key).text(holder, 'something said', 'news')
  const answer = await account.control('say', { conversation: room, person: nameInRoom(account, person), text })
  return answer.message !== undefined
}

function colleagueIn({ customers, people }: TrueConversation): string | undefined {
  return (
    people.find((person) => !customers.includes(person) && !/^(?:flow|bot|accessKey):/.test(person)) ?? customers[1]
  )
}

const BARE: ReadonlySet<VendorName> = new Set(['bird'])

/** As the emulator’s control routes call somebody: Bird by the bare id, the others as the gateway does. */
function nameInRoom({ vendor }: TenantAccount, native: string): string {
  return BARE.has(vendor) ? native.slice(native.indexOf(':') + 1) : native
}

/** Has one thing more said everywhere, and waits until everybody who may know of it does. Answers who does not. */
async function fence(
  world: TenantWorld,
  listening: readonly Listening[],
  accounts: readonly TenantAccount[],
): Promise<Finding[]> {
  const marks = new Map<string, readonly [account: string, conversation: string]>()
  for (const account of accounts) {
    for (const { native, room, customers } of account.truth().conversations) {
      const [person] = customers
      if (person === undefined) continue
      const text = world.canaries.markerFor(account.key).word({ kind: 'conversation', native }, 'the fence')
      marks.set(text, [account.key, native])
      await account.control('say', { conversation: room, person: nameInRoom(account, person), text })
    }
  }
  const awaited = listening
    .filter(({ field, viewer }) => field === 'Subscription.conversationEvents' && viewer.operations.has('subscription'))
    .flatMap((one) => {
      const who = new Entitlement(one.viewer, world)
      return [...marks].filter(([, place]) => who.maySee(...place)).map(([mark, place]) => ({ one, mark, place }))
    })
  const isThere = ({ one, mark }: (typeof awaited)[number]) => one.texts.some((text) => text.includes(mark))
  await until(() => awaited.every(isThere), PATIENCE_MS)
  return awaited
    .filter((wanted) => !isThere(wanted))
    .map(({ one, mark, place }) =>
      findingOf('broken', one, [`${mark} did not come`, place.join(' ')], one.texts.at(-1) ?? ''),
    )
}

function judge(one: Listening, world: TenantWorld): readonly Finding[] {
  const who = new Entitlement(one.viewer, world)
  return one.texts.flatMap((text) => {
    const leaks = leaksIn(text, '', who, world.canaries)
    return leaks.length === 0 ? [] : [findingOf('leak', one, leaks, text)]
  })
}

function findingOf(sort: Finding['sort'], one: Listening, what: readonly string[], answer: string): Finding {
  const [account = 'none'] = one.viewer.grants.keys()
  return {
    sort,
    field: one.field,
    kind: one.transport,
    viewer: one.viewer.name,
    account,
    what,
    variables: Object.keys(one.variables),
    answer: answer.slice(0, 3_000),
  }
}
