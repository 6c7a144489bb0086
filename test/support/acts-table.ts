import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningDemo } from '../gateway/demo-gateway.ts'
import { ActingStage } from './acting-stage.ts'
import { DEEDS, type Deed } from './deeds.ts'
import type { VendorName } from './world.ts'

/** What an act came to at one provider. */
export type Cell =
  | { readonly kind: 'done' }
  /** With this capability, at this level. */
  | { readonly kind: 'refused'; readonly capability: string; readonly level: string }
  /** It must be one or the other; why it is not. */
  | { readonly kind: 'neither'; readonly why: string }

export interface ActsRow {
  readonly deed: string
  readonly cells: Readonly<Record<VendorName, Cell>>
}

/**
 * Acts through every mutation on every provider of a running demo: what is said to be done is looked for in the vendor's own
 * state, and what is refused has to be so with a capability that is not native. The file that is sent by URL is served on
 * loopback: the caller sees to it that this counts as a public address.
 */
export async function tabulateActs(demo: RunningDemo): Promise<readonly ActsRow[]> {
  await using file = await serveFile()
  const tryAt = (vendor: VendorName) => tryAll(new ActingStage(vendor, demo, file.url))
  const [cometchat, chatwoot, bird] = await Promise.all([tryAt('cometchat'), tryAt('chatwoot'), tryAt('bird')])
  return DEEDS.map((deed, index) => ({
    deed: nameOf(deed),
    cells: { cometchat: cellAt(cometchat, index), chatwoot: cellAt(chatwoot, index), bird: cellAt(bird, index) },
  }))
}

function nameOf({ mutation, how }: Deed): string {
  return how === '' ? mutation : `${mutation}: ${how}`
}

function cellAt(column: readonly Cell[] | undefined, index: number): Cell {
  return column?.[index] ?? { kind: 'neither', why: 'it was not tried' }
}

async function tryAll(stage: ActingStage): Promise<readonly Cell[]> {
  const cells: Cell[] = []
  for (const deed of DEEDS) cells.push(await tryOne(deed, stage))
  return cells
}

async function tryOne({ perform }: Deed, stage: ActingStage): Promise<Cell> {
  try {
    const { answer, isDone } = await perform(stage)
    // Parts of a change that could not be done stand beside it.
    const problem = answer.problems?.[0]?.problem ?? answer
    if (problem.support !== undefined) return refusedWith(problem.support)
    if (!answer.__typename.endsWith('Success')) return { kind: 'neither', why: JSON.stringify(answer) }
    if (!(await isDone(answer)))
      return { kind: 'neither', why: `the vendor does not know of ${JSON.stringify(answer)}` }
    return { kind: 'done' }
  } catch (error) {
    return { kind: 'neither', why: String(error) }
  }
}

function refusedWith({ capability, level }: { readonly capability: string; readonly level: string }): Cell {
  if (level === 'NATIVE') return { kind: 'neither', why: `it was refused with ${capability}, which is native` }
  return { kind: 'refused', capability, level }
}

async function serveFile(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('We open at nine.')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/opening-hours.txt`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
