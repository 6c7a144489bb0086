/** What is true at one account, in the native ids of the gateway's model, read from the emulator and never from the gateway. */
export interface Truth {
  readonly conversations: readonly TrueConversation[]
  readonly people: readonly string[]
}

export interface TrueConversation {
  readonly native: string
  readonly externalId: string
  /** By what the emulator's control routes know it. */
  readonly room: string
  /** Who may see it of those who do not work for the account. */
  readonly customers: readonly string[]
  /** Everybody whom its customers meet in it. */
  readonly people: readonly string[]
  readonly channel: string | null
  readonly messages: readonly { readonly native: string; readonly isInternal: boolean }[]
  /** All that is true of it. */
  readonly everything: string
  /** What of that only the team may change. */
  readonly teamsOwn: string
}

/** How an account is prepared, and how its truth is read afterwards. */
export interface Story<State> {
  prepare(state: State): void
  read(state: State): Truth
  /** Two customers, by their native names; known once it is prepared. */
  customers(state: State): readonly [string, string]
}

/** Keeps the first of each that fits, in the order of the wishes. */
export function pick<T>(things: readonly T[], wishes: readonly ((thing: T) => boolean)[]): readonly T[] {
  const picked = new Set<T>()
  for (const wish of wishes) {
    const found = things.find((thing) => !picked.has(thing) && wish(thing))
    if (found !== undefined) picked.add(found)
  }
  return [...picked]
}

/** In place. */
export function keep<T>(list: readonly T[], isKept: (thing: T) => boolean): void {
  const kept = list.filter(isKept)
  ;(list as T[]).splice(0, list.length, ...kept)
}
