import { registerHooks } from 'node:module'
import type { ActsRow, Cell } from '../support/acts-table.ts'

/**
 * Acts through every mutation on every provider of the demo, over HTTP, and prints what came of it: done, as the emulator's own
 * state says too, or refused with the capability that says so. What is neither is told below the table, and fails the script.
 *
 *     node test/bench/acts.ts
 */
registerHooks({
  // The file that is sent by URL is on this machine, where no provider's account may look otherwise.
  load: (url, context, next) =>
    url.endsWith('/providers/kit/public-address.ts')
      ? { format: 'module', source: 'export const isPublicAddress = () => true', shortCircuit: true }
      : next(url, context),
})
// Only what is imported from now on meets the hook.
const { startDemoGateway } = await import('../gateway/demo-gateway.ts')
const { tabulateActs } = await import('../support/acts-table.ts')

const demo = await startDemoGateway()
const rows = await tabulateActs(demo)
await demo.close()

const COLUMNS = ['cometchat', 'chatwoot', 'bird'] as const
const lines = rows.map(({ deed, cells }) => [deed, ...COLUMNS.map((vendor) => describe(cells[vendor]))])
print([['', 'CometChat', 'Chatwoot', 'Bird'], ...lines])
for (const { deed, cells } of rows) for (const vendor of COLUMNS) explain(`${deed} at ${vendor}`, cells[vendor])
console.log(summary(rows))

function describe(cell: Cell): string {
  if (cell.kind === 'refused') return `refused: ${cell.capability} is ${cell.level.toLowerCase()}`
  return cell.kind === 'done' ? 'done' : 'NEITHER'
}

function print(table: readonly (readonly string[])[]): void {
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? []
  for (const line of table)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function explain(what: string, cell: Cell): void {
  if (cell.kind !== 'neither') return
  console.log(`${what}: ${cell.why}`)
  process.exitCode = 1
}

function summary(rows: readonly ActsRow[]): string {
  const kinds = rows.flatMap(({ cells }) => COLUMNS.map((vendor) => cells[vendor].kind))
  const count = (wanted: Cell['kind']) => kinds.filter((kind) => kind === wanted).length
  return `${count('done')} done and seen in the vendor’s own state, ${count('refused')} refused, ${count('neither')} neither`
}
