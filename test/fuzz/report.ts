import type { Fuzzing, Look } from './fuzzing.ts'

/** What a run came to, in lines for people. */
export function describeFuzzing({ findings, looks, documents, seen }: Fuzzing): readonly string[] {
  return [
    `${documents.drawn} documents drawn, ${documents.valid} valid`,
    `answered: ${[...seen]
      .toSorted(([, one], [, other]) => other - one)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ')}`,
    ...[...Map.groupBy(looks, ({ kind, process }) => `${kind}, ${process}`)].map(
      ([what, group]) => `${what}: ${describeLooks(group)}`,
    ),
    ...findings.map(
      ({ kind, index, target, verdict, smallest }) =>
        `FOUND ${kind} ${index} (${target}): ${verdict}\n  ${smallest.slice(0, 2_000)}`,
    ),
  ]
}

/** Of batches: the usual one, the worst, and how many were over the goal. */
function describeLooks(looks: readonly Look[]): string {
  const all = (pick: (look: Look) => number) => looks.map(pick).toSorted((one, other) => one - other)
  const waited = all(({ stillness }) => stillness.waited.max)
  const p99 = all(({ stillness }) => stillness.waited.p99)
  const busy = all(({ stillness }) => stillness.busyMs)
  const garbage = all(({ stillness }) => stillness.garbageMs)
  const rss = all(({ stillness }) => stillness.rssBytes / 2 ** 20)
  return [
    `longest stall by the clock ${spread(waited)} ms (p99 of each batch ${spread(p99)} ms)`,
    `by its own work ${spread(busy)} ms, over 100 ms in ${busy.filter((ms) => ms > 100).length} of ${busy.length} batches`,
    `garbage ${spread(garbage)} ms`,
    `${spread(rss)} MiB`,
  ].join('; ')
}

function spread(sorted: readonly number[]): string {
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
  return `${at(0.5)} / ${at(0.95)} / ${at(1)}`
}
