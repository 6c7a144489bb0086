import { randomUUID } from 'node:crypto'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import type {
  Conversation,
  ConversationRef,
  Done,
  MessageRef,
  Participant,
  PersonRef,
  Started,
} from '../../providers/port/index.ts'
import { ProviderError } from '../../providers/port/index.ts'
import { customerIn, type TrueMessage, type Truth, truthOf } from '../support/vendor-truth.ts'
import type { Subject, TriedAct } from './acts.ts'
import { ACCOUNT, type Desk, type Facts } from './desk.ts'

/** Something that is about to be done, where it can be done at all. */
export interface Prepared {
  readonly act: TriedAct
  readonly subject: Subject
  readonly before: Truth
  /** Whether everything that it needs is native there. */
  readonly isNative: boolean
}

export type Attempt =
  | { readonly kind: 'done'; readonly done: Partial<Done<unknown>> | undefined; readonly now: Truth | null }
  | { readonly kind: 'failed'; readonly error: ProviderError; readonly now: Truth | null }

/** Finds where something can be tried, each time somewhere else, and tries it. */
export class ActingDesk {
  readonly desk: Desk
  readonly #facts: Facts
  readonly #used = new Set<string>()
  #beginning: Promise<EmulatorState> | null = null

  constructor(desk: Desk, facts: Facts) {
    this.desk = desk
    this.#facts = facts
  }

  /** Null where no conversation has it. */
  async prepare(act: TriedAct): Promise<Prepared | null> {
    const conversation = await this.#place(act)
    if (conversation === null) return null
    this.#used.add(conversation.externalId)
    const general = await this.#subject(conversation)
    const subject = { ...general, ...(await this.#about(act, conversation)) }
    const before = await this.#truth(conversation.externalId)
    return {
      act,
      subject,
      before,
      isNative: levelsOf(this.desk, act, conversation).every((level) => level === 'native'),
    }
  }

  /** Asked of a provider that knows nothing yet. */
  async attempt({ act, subject }: Prepared): Promise<Attempt> {
    const { acts } = this.desk.create()
    const { externalId } = subject.conversation
    try {
      const done = (await act.perform(acts, this.desk.call(), subject)) as Partial<Done<unknown>> | undefined
      return { kind: 'done', done, now: await this.desk.truthOf(startedIn(done) ?? externalId) }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      return { kind: 'failed', error, now: await this.desk.truthOf(externalId) }
    }
  }

  /** What can be done anywhere without being prepared, for those who are refused. */
  async anySubject(conversation: Conversation): Promise<Subject> {
    return this.#subject(conversation)
  }

  async #subject(conversation: Conversation): Promise<Subject> {
    const { provider, contract } = this.desk
    const [channels, agents, teams] = await Promise.all([
      provider.listChannels(this.desk.call()),
      provider.listAgents(this.desk.call()),
      provider.listTeams(this.desk.call()),
    ])
    const somebody = conversation.featuredParticipants[0]?.person.ref ?? personRef('nobody')
    const last = this.#facts.messages.get(conversation.externalId)?.at(-1)?.ref
    return {
      conversation,
      message: last ?? { kind: 'message', conversation: conversation.ref, native: '1' },
      key: randomUUID(),
      newcomer: contract.newcomer,
      stranger: contract.stranger,
      channel: channels?.find(({ type }) => type === contract.channelType)?.externalId ?? null,
      assignee: agents?.find(({ displayName }) => displayName === 'Nora Admin')?.ref ?? somebody,
      team: teams?.[0]?.externalId ?? '1',
      participant: somebody,
    }
  }

  /** The first that is not used yet and has all that is needed, rather natively. */
  async #place(act: TriedAct): Promise<Conversation | null> {
    const { contract } = this.desk
    // Where nothing was tried yet everything still is as it was.
    this.#beginning ??= this.desk.state()
    const state = await this.#beginning
    const fits = (conversation: Conversation) => {
      const truth = truthOf(contract.vendor, state, conversation.externalId)
      const levels = levelsOf(this.desk, needing(act), conversation)
      return truth !== null && !levels.includes('unsupported') && this.#suits(act, truth)
    }
    const fitting = this.#facts.rows
      .map(({ item }) => item.conversation)
      .filter((one) => !this.#used.has(one.externalId) && act.where?.(one) !== false && fits(one))
    const isNative = (one: Conversation) => levelsOf(this.desk, act, one).every((level) => level === 'native')
    return fitting.find(isNative) ?? fitting[0] ?? null
  }

  #suits(act: TriedAct, { messages, people }: Truth): boolean {
    const { provider, contract } = this.desk
    if (customerIn(contract.vendor, people) === undefined) return false
    if (act.about === 'failed') return messages.some(isFailed)
    if (act.needs.includes('CHANGE_PARTICIPANTS')) return !people.includes('user:8') && !people.includes('piet')
    const { EDIT_MESSAGE } = provider.capabilities(contract.actors[0], null)
    if (act.about === 'editable' && EDIT_MESSAGE.level === 'partial') return messages.some(isDraft)
    return messages.length > 0
  }

  async #about({ about }: TriedAct, conversation: Conversation): Promise<Partial<Subject>> {
    if (about === 'any') return {}
    if (about === 'news') return { message: await this.#hear(conversation) }
    if (about === 'newcomer') return { participant: await this.#letIn(conversation) }
    const { messages } = await this.#truth(conversation.externalId)
    const found = messages.find(about === 'failed' ? isFailed : isDraft)
    if (about !== 'own' && found !== undefined) return { message: messageRef(conversation.ref, found) }
    const draft = { text: 'As agreed', attachments: [], replyTo: null, audience: 'public' } as const
    const sending = { draft, clientMessageId: randomUUID() }
    const { value } = await this.desk.provider.acts.send(conversation.ref, sending, this.desk.call())
    return { message: value.ref }
  }

  async #hear({ ref, externalId }: Conversation): Promise<MessageRef> {
    const person = customerIn(this.desk.contract.vendor, (await this.#truth(externalId)).people)
    await this.desk.act('say', { conversation: externalId, person, text: 'Are you there?' })
    const said = (await this.#truth(externalId)).messages.findLast(({ text }) => text === 'Are you there?')
    if (said === undefined) throw new Error(`${person} said nothing in ${externalId}`)
    return messageRef(ref, said)
  }

  async #letIn({ ref, externalId }: Conversation): Promise<PersonRef> {
    const { provider, contract } = this.desk
    const { people } = await this.#truth(externalId)
    const { value } = await provider.acts.changeParticipants(ref, [contract.newcomer], [], this.desk.call())
    const isNew = ({ person }: Participant) =>
      !people.some((id) => id === person.ref.native || id === person.externalId)
    const come = value.find(isNew)
    if (come === undefined) throw new Error(`nobody came to ${externalId}`)
    return come.person.ref
  }

  async #truth(externalId: string): Promise<Truth> {
    const truth = await this.desk.truthOf(externalId)
    if (truth === null) throw new Error(`there is no conversation ${externalId}`)
    return truth
  }
}

export function levelsOf(
  { provider, contract }: Desk,
  { needs }: Pick<TriedAct, 'needs'>,
  conversation: Conversation | null,
) {
  const rows = provider.capabilities(contract.actors[0], conversation)
  return needs.map((capability) => rows[capability].level)
}

/** What is said first has to be possible as well. */
function needing({ about, needs }: TriedAct): Pick<TriedAct, 'needs'> {
  return { needs: about === 'own' || about === 'editable' ? [...needs, 'SEND_TEXT'] : needs }
}

function isFailed({ hasFailed, isDeleted }: TrueMessage): boolean {
  return hasFailed && !isDeleted
}

function isDraft({ isDraft }: TrueMessage): boolean {
  return isDraft
}

function startedIn(done: Partial<Done<unknown>> | undefined): string | undefined {
  const value = done?.value as Partial<Started> | null | undefined
  return value?.conversation?.conversation?.externalId
}

function messageRef(conversation: ConversationRef, { id }: Pick<TrueMessage, 'id'>): MessageRef {
  return { kind: 'message', conversation, native: id }
}

function personRef(native: string): PersonRef {
  return { kind: 'person', account: ACCOUNT, native }
}
