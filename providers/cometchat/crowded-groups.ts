import { MAX_MEMBERS_WITH_RECEIPTS } from './to-conversation.ts'

const MAX_KNOWN = 2_000

/** The groups with too many members for receipts, as last seen: a receipt names its group, but does not tell its size. */
export class CrowdedGroups {
  readonly #guids = new Set<string>()

  note(guid: string, memberCount: number | null): void {
    if (memberCount === null) return
    this.#guids.delete(guid)
    if (memberCount <= MAX_MEMBERS_WITH_RECEIPTS) return
    this.#guids.add(guid)
    const [oldest] = this.#guids
    if (this.#guids.size > MAX_KNOWN && oldest !== undefined) this.#guids.delete(oldest)
  }

  has(guid: string): boolean {
    return this.#guids.has(guid)
  }
}
