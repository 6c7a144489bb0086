import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clearSecrets } from '../../src/config/secrets.ts'
import { readConfig } from '../../src/config.ts'
import { createGateway, type Gateway } from '../../src/gateway.ts'
import { createLogger } from '../../src/ops/logger.ts'

let gateway: Gateway

beforeAll(async () => {
  const document = {
    port: 0,
    store: ':memory:',
    accounts: [{ key: 'gone', provider: 'chatwoot', baseUrl: 'http://127.0.0.1:9', accountId: 1, token: 'a' }],
  }
  const config = readConfig(document, { environment: {}, source: 'The audit', readSecret: clearSecrets })
  gateway = await createGateway(config, createLogger('silent'))
})
afterAll(() => gateway.close())

const audits = serverAudits({ url: () => `${gateway.url}/graphql` })

describe('GraphQL over HTTP', () => {
  it('is audited in 61 ways', () => {
    expect(audits).toHaveLength(61)
  })

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s: %s', async (_id, _name, audit) => {
    expect(await audit.fn()).toMatchObject({ status: 'ok' })
  })
})
