import { startChatwootEmulator, TOKENS } from '../../providers/chatwoot/emulator/index.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { ChatwootProvider } from '../../providers/chatwoot/provider.ts'
import { FILE } from './acts.ts'
import { ACCOUNT } from './desk.ts'
import { describeProvider } from './provider-contract.ts'

const PIET = { kind: 'person', account: ACCOUNT, native: 'user:9' } as const

describeProvider('Chatwoot', {
  start: async () => {
    const emulator = await startChatwootEmulator({ port: 0 })
    const settings = chatwoot.settings.parse(emulator.settings)
    return { emulator, create: () => new ChatwootProvider(ACCOUNT, settings, async () => FILE) }
  },
  actors: [
    { kind: 'agent', person: null, credential: null },
    { kind: 'agent', person: PIET, credential: TOKENS.piet },
  ],
  has: () => true,
  vendor: 'chatwoot',
  newcomer: { kind: 'external', externalId: '8' },
  stranger: { kind: 'email', email: 'a.new.reader@example.org' },
  channelType: 'api',
  secrets: Object.values(TOKENS),
})
