import { Random } from '../../providers/kit/emulator/index.ts'
import { parseGlobalId } from '../../schema/global-id.ts'
import { idsIn, isForbidden as isForbiddenTo, withAbsent } from './absent.ts'
import { actsOf } from './acts.ts'
import { Asker } from './asker.ts'
import { Entitlement } from './entitlement.ts'
import { type Harvest, harvestOf } from './harvest.ts'
import { leaksIn } from './judge.ts'
import { type Question, readsOf } from './reads.ts'
import type { MatrixViewer, TenantAccount, TenantWorld } from './tenants.ts'

/** One question of one viewer. */
export interface Replay {
  readonly question: Question
  readonly viewer: MatrixViewer
  readonly account: TenantAccount
  readonly isForbidden: boolean
}

/** What went wrong. */
export interface Finding {
  readonly sort: 'leak' | 'different' | 'write' | 'broken'
  readonly field: string
  readonly kind: string
  readonly viewer: string
  readonly account: string
  readonly what: readonly string[]
  readonly variables: unknown
  readonly answer: string
}

export interface MatrixResult {
  /** By field and whether it was forbidden. */
  readonly counts: ReadonlyMap<string, number>
  readonly findings: readonly Finding[]
  /** Mutations that did something for somebody who may. */
  readonly succeeded: ReadonlyMap<string, number>
}

export interface MatrixOptions {
  /** How many replays of reads and of acts; all there are where it is more. */
  readonly reads: number
  readonly acts: number
  readonly seed: number
  /** How deep is asked at most; 5 where it is left out. */
  readonly depth?: number
}

/** Asks everything of everybody, and holds the answers and what became of the vendors against what each may. */
export class Matrix {
  readonly #world: TenantWorld
  readonly #asker: Asker
  readonly #entitlements = new Map<string, Entitlement>()
  /** As it was found last: whatever happened since happened by what is asked next. */
  #truth: Truths | null = null
  readonly counts = new Map<string, number>()
  readonly findings: Finding[] = []
  readonly succeeded = new Map<string, number>()

  constructor(world: TenantWorld) {
    this.#world = world
    this.#asker = new Asker(world.url)
  }

  get replays(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }

  async run({ reads, acts, seed, depth = 5 }: MatrixOptions): Promise<void> {
    const harvests = await this.#harvest(depth)
    const random = new Random(seed)
    await inTurns(8, sample(this.#replaysOf(harvests, readsOf), reads, random), (replay) => this.#read(replay))
    const all = this.#replaysOf(harvests, (harvest, index) => actsOf(harvest, otherThan(harvests, index)))
    // What somebody may do changes what is there.
    const chosen = sample(all.filter(isForCustomersOrForbidden), acts, random)
    for (const replay of chosen.toSorted((one, other) => Number(other.isForbidden) - Number(one.isForbidden)))
      await this.#act(replay)
  }

  /** Everything as somebody who may: an act that nobody can do proves nothing when it is refused. */
  async runPermitted(seed: number): Promise<void> {
    const harvests = await this.#harvest(1)
    const all = this.#replaysOf(harvests, (harvest, index) => actsOf(harvest, otherThan(harvests, index)))
    const own = all.filter(({ viewer, isForbidden }) => !isForbidden && viewer.name.endsWith('agent'))
    for (const replay of sample(own, 600, new Random(seed))) await this.#act(replay)
  }

  #harvest(depth: number): Promise<readonly Harvest[]> {
    // Whoever began a conversation in the meantime may see it.
    this.#entitlements.clear()
    const how = { asker: this.#asker, depth }
    return Promise.all(this.#world.accounts.map((account) => harvestOf(account, this.#world, how)))
  }

  #replaysOf(
    harvests: readonly Harvest[],
    ask: (harvest: Harvest, index: number) => readonly Question[],
  ): readonly Replay[] {
    return harvests.flatMap((harvest, index) => {
      const questions = ask(harvest, index).map((question) => ({
        question,
        ids: idsIn(secretsOf(question, harvest.key)),
      }))
      const ids = [...new Set(questions.flatMap((question) => question.ids))]
      const account = this.#world.accounts[index]
      if (account === undefined) return []
      return this.#world.viewers.flatMap((viewer) => {
        const who = this.#entitlementOf(viewer)
        const forbidden = new Set(ids.filter((id) => isForbiddenTo(id, who)))
        return questions.map(({ question, ids: named }) => {
          const isForbidden = named.some((id) => forbidden.has(id)) || isNotLetIn(question, viewer)
          return { question, viewer, account, isForbidden }
        })
      })
    })
  }

  #entitlementOf(viewer: MatrixViewer): Entitlement {
    const known = this.#entitlements.get(viewer.name) ?? new Entitlement(viewer, this.#world)
    this.#entitlements.set(viewer.name, known)
    return known
  }

  async #read(replay: Replay): Promise<void> {
    const { question, viewer, isForbidden } = replay
    this.#count(replay)
    const answer = await this.#asker.text(viewer, question.document, question.variables)
    this.#judge(replay, answer, this.#entitlementOf(viewer))
    if (isForbidden) await this.#compare(replay, answer)
  }

  async #act(replay: Replay): Promise<void> {
    const { question, viewer, account, isForbidden } = replay
    this.#count(replay)
    const before = this.#truth ?? this.#truths()
    const { next } = await account.requests(Number.MAX_SAFE_INTEGER)
    const who = new Entitlement(viewer, this.#world)
    const answer = await this.#asker.text(viewer, question.document, question.variables)
    const after = new Entitlement(viewer, this.#world)
    this.#truth = this.#truths()
    const changed = [...differences(before, this.#truth)].filter((change) => isUnauthorised(change, replay, who, after))
    if (changed.length > 0)
      this.#find(
        'write',
        replay,
        changed.map(({ account: key, conversation, part }) => `${part} of ${conversation} at ${key}`),
        answer,
      )
    const { requests } = await account.requests(next)
    const written = requests.filter(({ method, status, path }) => isWrite(method, path) && status < 400)
    if (isForbidden && written.length > 0)
      this.#find(
        'write',
        replay,
        written.map(({ method, path }) => `${method} ${path}`),
        answer,
      )
    this.#judge(replay, answer, after)
    const [success] = /"\w+Success"/.exec(answer) ?? []
    if (success !== undefined) this.succeeded.set(question.field, (this.succeeded.get(question.field) ?? 0) + 1)
    if (isForbidden && success !== undefined) this.#find('write', replay, [`it says ${success}`], answer)
    if (isForbidden && changed.length === 0) await this.#compare(replay, answer)
  }

  #judge(replay: Replay, answer: string, who: Entitlement): void {
    const asked = JSON.stringify(replay.question.variables)
    const leaks = leaksIn(answer, asked, who, this.#world.canaries)
    if (leaks.length > 0) this.#find('leak', replay, leaks, answer)
    if (!answer.startsWith('200 ') || answer.includes('"INTERNAL"')) this.#find('broken', replay, [], answer)
  }

  async #compare(replay: Replay, answer: string): Promise<void> {
    const { question, viewer } = replay
    const absent = withAbsent(question.variables, this.#entitlementOf(viewer))
    const other = await this.#asker.text(viewer, question.document, withNewKey(absent))
    // That an account has too much to do at one moment and not at the next is told of nothing in it.
    if ([answer, other].some((text) => text.includes('"OVERLOADED"'))) return
    if (levelled(answer) !== levelled(other))
      this.#find('different', replay, [levelled(other).slice(0, 1_500)], levelled(answer))
  }

  #truths(): Truths {
    return new Map(
      this.#world.accounts.flatMap(({ key, truth }) =>
        truth().conversations.map((one) => [`${key} ${one.native}`, [one.everything, one.teamsOwn]] as const),
      ),
    )
  }

  #count({ question, isForbidden, account, viewer }: Replay): void {
    const key = `${question.field} ${isForbidden ? 'forbidden' : viewer.grants.has(account.key) ? 'own' : 'without grant'}`
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
  }

  #find(sort: Finding['sort'], { question, viewer, account }: Replay, what: readonly string[], answer: string): void {
    const { field, kind, variables } = question
    this.findings.push({
      sort,
      field,
      kind,
      viewer: viewer.name,
      account: account.key,
      what,
      variables,
      answer: answer.slice(0, 3_000),
    })
  }
}

interface Change {
  readonly account: string
  readonly conversation: string
  readonly part: 'everything' | 'what is the team’s'
}

type Truths = ReadonlyMap<string, readonly [everything: string, teamsOwn: string]>

function differences(before: Truths, after: Truths): readonly Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): readonly Change[] => {
    const [one, other] = [before.get(key), after.get(key)]
    const [account = '', conversation = ''] = key.split(' ')
    const isTeams = one !== undefined && other !== undefined && one[1] !== other[1]
    return [
      ...(one?.[0] === other?.[0] ? [] : [{ account, conversation, part: 'everything' as const }]),
      ...(isTeams ? [{ account, conversation, part: 'what is the team’s' as const }] : []),
    ]
  })
}

function isUnauthorised(
  { account, conversation, part }: Change,
  { isForbidden, viewer }: Replay,
  before: Entitlement,
  after: Entitlement,
): boolean {
  if (isForbidden || !(before.maySee(account, conversation) || after.maySee(account, conversation))) return true
  return viewer.kind === 'end-user' && part === 'what is the team’s'
}

/** Some vendors are asked by POST. */
function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && !/\/(?:conversations|contacts)\/(?:filter|search)\b/.test(path)
}

function isNotLetIn({ field }: Question, { operations }: MatrixViewer): boolean {
  return !operations.has(field.startsWith('Query') ? 'query' : 'mutation')
}

/** That there are people of an account is no secret to whoever may begin a conversation with them there. */
function secretsOf({ field, variables }: Question, account: string): unknown {
  if (field !== 'Mutation.startConversation') return variables
  const { with: people, ...input } = variables.input as { readonly with: readonly { readonly personId?: string }[] }
  return { ...input, people: people.filter(({ personId }) => personId && parseGlobalId(personId)?.account !== account) }
}

function isForCustomersOrForbidden({ isForbidden, viewer, account }: Replay): boolean {
  return isForbidden || (viewer.kind === 'end-user' && viewer.grants.has(account.key))
}

function otherThan(harvests: readonly Harvest[], index: number): Harvest {
  const other = harvests[(index + 3) % harvests.length]
  if (other === undefined) throw new Error('there is one account only')
  return other
}

function withNewKey(variables: any): any {
  if (variables.input?.clientMessageId === undefined) return variables
  return { ...variables, input: { ...variables.input, clientMessageId: `absent-${crypto.randomUUID()}` } }
}

/** Without what differs from one question to the next of itself. */
function levelled(answer: string): string {
  return answer.replace(/"(correlationId|eventCursor|asOf|readAt|lastEventAt|retryAfterMs)":("[^"]*"|\d+)/g, '"$1":0')
}

/** So many of them, some of each kind as long as there are any. */
function sample(replays: readonly Replay[], count: number, random: Random): readonly Replay[] {
  if (replays.length <= count) return replays
  const groups = Map.groupBy(replays, ({ question, viewer, account, isForbidden }) => {
    const relation = viewer.grants.has(account.key) ? 'own' : 'other'
    return [question.field, question.kind, account.vendor, viewer.kind, relation, isForbidden].join('|')
  })
  const shuffled = [...groups.values()].map((group) => random.sample(group, group.length))
  const chosen: Replay[] = []
  for (let round = 0; chosen.length < count; round += 1) {
    const layer = shuffled.flatMap((group) => group[round] ?? [])
    const ranks = Map.groupBy(layer, rankOf)
    for (const some of [ranks.get(0) ?? [], ranks.get(1) ?? [], ranks.get(2) ?? []])
      chosen.push(...random.sample(some, Math.min(some.length, count - chosen.length)))
  }
  return chosen
}

/** Customers where they are let in come first; that the team looks at what is theirs is dear, and not much can go wrong. */
function rankOf({ viewer, account, isForbidden }: Replay): 0 | 1 | 2 {
  const isOwn = viewer.grants.has(account.key)
  if (isOwn && viewer.kind === 'end-user') return 0
  return isOwn && !isForbidden ? 2 : 1
}

async function inTurns<T>(width: number, things: readonly T[], work: (thing: T) => Promise<void>): Promise<void> {
  const left = things.values()
  const worker = async () => {
    for (const thing of left) await work(thing)
  }
  await Promise.all(Array.from({ length: width }, worker))
}
