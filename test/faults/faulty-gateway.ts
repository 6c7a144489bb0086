import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { Provider } from '../../providers/port/index.ts'
import { clearSecrets } from '../../src/config/secrets.ts'
import { readConfig } from '../../src/config.ts'
import { createGateway } from '../../src/gateway.ts'
import { HOOK_SECRET } from '../support/signed-webhook.ts'
import type { Answer } from '../support/world.ts'
import { createLogLines } from './log-lines.ts'

/** A gateway in production composition over the emulators, whose providers are changed on their way in. */
export interface TestGateway {
  /** Of its GraphQL endpoint. */
  readonly url: string
  /** Where Chatwoot's webhooks go, signed with the secret of `signedWebhook`. */
  readonly webhookUrl: string
  ask(query: string, variables?: object): Promise<Answer>
  logged(): string
  close(): Promise<void>
}

export async function startTestGateway(
  change: (account: string, provider: Provider) => Provider,
): Promise<TestGateway> {
  const emulators = {
    cometchat: await startCometChatEmulator({ port: 0 }),
    chatwoot: await startChatwootEmulator({ port: 0 }),
    bird: await startBirdEmulator({ port: 0 }),
  }
  const accounts = Object.entries(emulators).map(([name, { settings }]) => {
    const { webhook: _webhook, webhookSecrets: _secrets, ...rest } = settings
    return { key: name, provider: name, ...rest, ...(name === 'chatwoot' && CHATWOOT) }
  })
  const document = { port: 0, store: ':memory:', accounts }
  const config = readConfig(document, { environment: {}, readSecret: clearSecrets, source: 'the test' })
  const changed = config.accounts.map((account) => {
    return { ...account, createProvider: () => change(account.key, account.createProvider()) }
  })
  const lines = createLogLines('trace')
  const gateway = await createGateway({ ...config, accounts: changed }, lines.log)
  const url = `${gateway.url}/graphql`
  return {
    url,
    ask: async (query, variables) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
      return answer.json() as Promise<Answer>
    },
    webhookUrl: `${gateway.url}/webhooks/chatwoot/${CHATWOOT.webhookToken}`,
    logged: () => lines.text(),
    close: async () => {
      await gateway.close()
      await Promise.all(Object.values(emulators).map((emulator) => emulator.close()))
    },
  }
}

const CHATWOOT = { socket: false, webhookToken: 'a-token-of-the-faulty-gateway', webhookSecrets: [HOOK_SECRET] }
