import { startDemo } from '../../src/demo.ts'
import { createGateway, type Gateway } from '../../src/gateway.ts'
import { createLogger } from '../../src/ops/logger.ts'
import type { VendorName } from '../support/world.ts'

/** The demo in this process, on free ports, with people who are silent unless they are told what to say. */
export interface RunningDemo extends Gateway {
  readonly endpoint: string
  /** Of each vendor, without a slash at the end. */
  readonly emulatorUrls: Readonly<Record<VendorName, string>>
}

export async function startDemoGateway(): Promise<RunningDemo> {
  const demo = await startDemo({ PORT: '0', DEMO_CHATTER: 'off' })
  const gateway = await createGateway(demo.config, createLogger('silent'))
  await demo.begin(gateway.url)
  const close = async () => {
    await gateway.close()
    await demo.close()
  }
  return { ...gateway, endpoint: `${gateway.url}/graphql`, emulatorUrls: readUrls(demo.description), close }
}

/** As the demo tells whoever starts it. */
function readUrls(description: string): RunningDemo['emulatorUrls'] {
  const told = [...description.matchAll(/^(\w+) is emulated at (\S+)$/gm)]
  return Object.fromEntries(
    told.map(([, title = '', url]) => [title.toLowerCase(), url]),
  ) as RunningDemo['emulatorUrls']
}
