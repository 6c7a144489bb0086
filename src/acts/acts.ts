import type {
  Actor,
  CallContext,
  ConversationRef,
  DomainEvent,
  Draft,
  Message,
  Started,
} from '../../providers/port/index.ts'
import type { Act, Acts, DoneOnce, Performed, SendOnce, StartOnce, UploadRequest } from '../../schema/acts.ts'
import type { Source, Viewer } from '../../schema/context.ts'
import { idOf } from '../events/event-id.ts'
import type { EventLog } from '../events/log.ts'
import type { LoggedEvent } from '../events/logged-event.ts'
import type { Uploads } from '../uploads/uploads.ts'
import { detached } from './act-call.ts'
import { AtMostOnce } from './at-most-once.ts'
import { AttemptMemory } from './attempt-memory.ts'
import { ConversationLeases } from './conversation-leases.ts'
import { findSent } from './find-sent.ts'
import type { OnceAct } from './pursuit.ts'
import { SharedMemory } from './shared-memory.ts'

export interface ActingOptions {
  /** Shared by all instances. */
  readonly log: Pick<EventLog, 'recall' | 'commit'>
  /** Takes what acts caused into the stream, and answers what of it was news. Never fails, because it was done. */
  readonly takeIn: (account: string, events: readonly DomainEvent[]) => Promise<readonly LoggedEvent[]>
  readonly uploads: Uploads
  /** Told that it could not be noted what came of an act: whoever comes next will find out. */
  readonly onUnnoted: (account: string, error: unknown) => void
}

/** Everything that is done at providers goes through here. */
export class Acting {
  readonly #options: ActingOptions
  readonly #once: AtMostOnce
  readonly #leases: ConversationLeases
  readonly #running = new Set<Promise<unknown>>()

  constructor(options: ActingOptions) {
    const { log, takeIn, onUnnoted } = options
    const memory = new SharedMemory(log)
    this.#options = options
    this.#once = new AtMostOnce({ attempts: new AttemptMemory(memory), takeIn, onUnnoted })
    this.#leases = new ConversationLeases(memory)
  }

  for(viewer: Viewer): Acts {
    const { uploads } = this.#options
    return {
      perform: (source, act) => this.#track(this.#perform(source, act, detached(source.call))),
      performAlone: (source, conversation, act) => this.#track(this.#performAlone(source, conversation, act)),
      send: (source, request) => this.#track(this.#send(source, request)),
      start: (source, request) => this.#track(this.#start(source, request, viewer)),
      createUpload: (_source, request: UploadRequest) => uploads.create({ ...request, viewer: viewer.id }),
      openUpload: (_source, conversation, uploadId) => uploads.open(uploadId, { conversation, viewer: viewer.id }),
    }
  }

  /** Settles when nothing is being done any more. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }

  async #perform<T>({ account }: Source, act: Act<T>, call: CallContext): Promise<Performed<T>> {
    const { value, events } = await act(account.provider.acts, call)
    return { value, news: await this.#options.takeIn(account.key, events) }
  }

  #performAlone<T>(source: Source, conversation: ConversationRef, act: Act<T>): Promise<Performed<T>> {
    const call = detached(source.call)
    return this.#leases.alone(conversation, call.deadline, () => this.#perform(source, act, call))
  }

  #send({ account: { key, provider }, actor, call }: Source, request: SendOnce): Promise<DoneOnce<Message>> {
    const { conversation, clientMessageId, fingerprint } = request
    const act: OnceAct<Message> = {
      account: key,
      key: idOf('send', conversation.native, clientMessageId, ...scopeOf(actor)),
      fingerprint,
      prepare: async () => {
        const draft = await request.draft()
        const sending = { draft, clientMessageId }
        return { longMs: longMsOf(draft), act: (attempt) => provider.acts.send(conversation, sending, attempt) }
      },
      find: (since, isQuick, looking) =>
        findSent(provider, { conversation, clientMessageId, since: isQuick ? null : since }, looking),
      eventsOf: (message) => [savedEvent(message)],
    }
    return this.#once.run(act, call)
  }

  #start({ account: { key, provider }, call }: Source, request: StartOnce, viewer: Viewer): Promise<DoneOnce<Started>> {
    const { beginning, fingerprint } = request
    const act: OnceAct<Started> = {
      account: key,
      key: idOf('start', viewer.id, beginning.clientMessageId),
      fingerprint,
      prepare: async () => {
        const longMs = beginning.firstMessage === null ? null : longMsOf(beginning.firstMessage)
        return { longMs, act: (attempt) => provider.acts.start(beginning, attempt) }
      },
      find: (since, _isQuick, looking) => provider.acts.findStarted(beginning, since, looking),
      eventsOf: startedEvents,
    }
    return this.#once.run(act, call)
  }

  #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#running.add(work)
    const forget = () => void this.#running.delete(work)
    work.then(forget, forget)
    return work
  }
}

/** What came of an end user's own attempts is told to them alone; the team shares its attempts. */
function scopeOf(actor: Actor): readonly string[] {
  return actor.kind === 'end-user' ? [`of ${actor.person?.native ?? 'nobody'}`] : []
}

/** Files take as long as the kit streams them. */
const LONG_MS = 60_000

function longMsOf({ attachments }: Draft): number | null {
  return attachments.length === 0 ? null : LONG_MS
}

function savedEvent(message: Message): DomainEvent {
  const { ref, createdAt, audience } = message
  return {
    type: 'message-saved',
    conversation: ref.conversation,
    occurredAt: createdAt,
    audience,
    message,
    isNew: true,
  }
}

function startedEvents({ conversation: { conversation }, message, existing }: Started): readonly DomainEvent[] {
  const { ref, createdAt } = conversation
  const created: DomainEvent = {
    type: 'conversation-created',
    conversation: ref,
    occurredAt: createdAt,
    audience: 'public',
    // What is so now was not so then.
    facts: {},
  }
  return [...(existing ? [] : [created]), ...(message === null ? [] : [savedEvent(message)])]
}
