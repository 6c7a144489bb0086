import { CUSTOMERS, dialogue } from './cast.ts'
import { type EmulatedActs, type EmulatorState, UnknownThing } from './emulator.ts'
import { Random } from './random.ts'

const EVERY_MS = 1_500
/**
 * Few rooms, and those that are on top anyway: whoever pages through the list meanwhile still meets everything once, because a
 * conversation that jumps over a reader from below would not be met.
 */
const ROOMS = 3
const MAX_PEOPLE = 12

type Room = EmulatorState['conversations'][number]

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
    const rooms = newestRooms(this.#acts.state())
    this.#timer = setInterval(() => this.#talkIn(this.#random.pick(rooms)), EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #talkIn(room: Room): void {
    const speaker = this.#random.pick(room.people)
    const line = dialogue(this.#random, 2)[1]
    if (line === undefined) return
    try {
      this.#acts.say(room.id, speaker, line.text)
      for (const listener of room.people.filter((person) => person !== speaker)) this.#listen(room, listener)
    } catch (error) {
      // Not everybody who takes part can act: a flow cannot read, and somebody may have left.
      if (!(error instanceof UnknownThing)) throw error
    }
  }

  #listen(room: Room, listener: string): void {
    this.#acts.receive(room.id, listener)
    if (this.#random.chance(0.7)) this.#acts.read(room.id, listener, null)
  }
}

function newestRooms({ conversations }: EmulatorState): readonly Room[] {
  const lastAt = ({ messages }: Room) =>
    messages
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .at(-1) ?? ''
  return conversations
    .filter(({ people }) => people.length > 1 && people.length <= MAX_PEOPLE)
    .toSorted((one, other) => lastAt(other).localeCompare(lastAt(one)))
    .slice(0, ROOMS)
}
