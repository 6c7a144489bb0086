/** Draws that are the same for the same seed. */
export interface Random {
  /** From 0 up to, but not, 1. */
  fraction(): number
  /** A whole number from `from` to `to`, both possible. */
  between(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
  /** True in that part of all draws. */
  chance(part: number): boolean
}

/** Draws of one case: what it is made of depends on nothing that came before it. */
export function createRandom(seed: number, index: number): Random {
  const fraction = mulberry(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const between = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1))
  return {
    fraction,
    between,
    pick: (items) => {
      const item = items[between(0, items.length - 1)]
      if (items.length === 0) throw new Error('there is nothing to pick from')
      return item as (typeof items)[number]
    },
    chance: (part) => fraction() < part,
  }
}

/** Tommy Ettinger's Mulberry32: 32 bits of state are enough to draw test cases with. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
