import { startDemo } from '../../src/demo.ts'
import { createGateway, type Gateway } from '../../src/gateway.ts'
import { createLogger } from '../../src/ops/logger.ts'

/** The demo in this process, on free ports. */
export interface RunningDemo extends Gateway {
  readonly endpoint: string
}

export async function startDemoGateway(): Promise<RunningDemo> {
  const demo = await startDemo({ PORT: '0' })
  const gateway = await createGateway(demo.config, createLogger('silent'))
  const close = async () => {
    await gateway.close()
    await demo.close()
  }
  return { ...gateway, endpoint: `${gateway.url}/graphql`, close }
}
