import { startChatwootEmulator, TOKENS } from '../../providers/chatwoot/emulator/index.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { ACCOUNT } from './desk.ts'
import { describeProvider } from './provider-contract.ts'

const PIET = { kind: 'person', account: ACCOUNT, native: 'user:9' } as const

describeProvider('Chatwoot', {
  start: async () => {
    const emulator = await startChatwootEmulator({ port: 0 })
    const settings = chatwoot.settings.parse(emulator.settings)
    return { emulator, create: () => chatwoot.create(ACCOUNT, settings) }
  },
  actors: [
    { kind: 'agent', person: null, credential: null },
    { kind: 'agent', person: PIET, credential: TOKENS.piet },
  ],
  has: () => true,
  secrets: Object.values(TOKENS),
})
