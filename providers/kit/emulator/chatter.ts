import { CUSTOMERS, dialogue } from './cast.ts'
import type { EmulatedActs } from './emulator.ts'
import { Random } from './random.ts'

const EVERY_MS = 1_500

/** Lets people talk by themselves: somebody says a thing, and the others in that conversation receive and read it. */
export class Chatter {
  readonly #acts: EmulatedActs
  readonly #random = new Random(CUSTOMERS.length)
  #timer: NodeJS.Timeout | null = null

  constructor(acts: EmulatedActs) {
    this.#acts = acts
  }

  start(): void {
    if (this.#timer !== null) return
    const rooms = this.#acts.state().conversations.filter((conversation) => conversation.people.length > 1)
    this.#timer = setInterval(() => this.#talkIn(this.#random.pick(rooms)), EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #talkIn(room: { readonly id: string; readonly people: readonly string[] }): void {
    const speaker = this.#random.pick(room.people)
    const line = dialogue(this.#random, 2)[1]
    if (line === undefined) return
    this.#acts.say(room.id, speaker, line.text)
    for (const listener of room.people.filter((person) => person !== speaker)) {
      this.#acts.receive(room.id, listener)
      if (this.#random.chance(0.7)) this.#acts.read(room.id, listener, null)
    }
  }
}
