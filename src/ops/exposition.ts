/** Prometheus' text format. */

/** Its labels, without braces, and its value. */
export type Sample = readonly [labels: string, value: number]

export function metric(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: readonly Sample[],
): readonly string[] {
  return [...heading(name, type, help), ...samples.map(([labels, value]) => line(name, labels, value))]
}

/** How often a duration was at most so long, in seconds. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** `bounds`: in seconds, rising. */
  constructor(bounds: readonly number[]) {
    this.#bounds = [...bounds, Number.POSITIVE_INFINITY]
    this.#counts = this.#bounds.map(() => 0)
  }

  observe(seconds: number): void {
    const index = this.#bounds.findIndex((bound) => seconds <= bound)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#sum += seconds
  }

  print(name: string, help: string): readonly string[] {
    let count = 0
    const buckets = this.#bounds.map((bound, index) => {
      count += this.#counts[index] ?? 0
      return line(`${name}_bucket`, `le="${bound === Number.POSITIVE_INFINITY ? '+Inf' : bound}"`, count)
    })
    const totals = [line(`${name}_sum`, '', this.#sum), line(`${name}_count`, '', count)]
    return [...heading(name, 'histogram', help), ...buckets, ...totals]
  }
}

function heading(name: string, type: string, help: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function line(name: string, labels: string, value: number): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${value}`
}
