import { readFileSync } from 'node:fs'

/** One request to a real Chatwoot 4.15.1 and its answer: see the README beside the recording. */
export interface RecordedExchange {
  readonly n: number
  readonly name: string
  readonly request: { readonly method: string; readonly path: string; readonly as: string }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body?: any
    readonly text?: string
    readonly omitted?: true
  }
}

export const CHATWOOT_RECORDING: readonly RecordedExchange[] = readFileSync(
  new URL('../fixtures/chatwoot/rest.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

/** The line of that number. */
export function chatwootExchange(n: number): RecordedExchange {
  const exchange = CHATWOOT_RECORDING[n - 1]
  if (exchange?.n !== n) throw new Error(`the recording has no line ${n}`)
  return exchange
}
