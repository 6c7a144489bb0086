import { API_KEY, startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import { cometChat } from '../../providers/cometchat/index.ts'
import { ACCOUNT } from './desk.ts'
import { describeProvider } from './provider-contract.ts'

const PIET = { kind: 'person', account: ACCOUNT, native: 'piet' } as const

for (const [name, paidFilters] of [
  ['CometChat', false],
  ['CometChat on a paid plan', true],
] as const) {
  describeProvider(name, {
    start: async () => {
      const emulator = await startCometChatEmulator({ port: 0 })
      const settings = cometChat.settings.parse({ ...emulator.settings, paidFilters })
      return { emulator, create: () => cometChat.create(ACCOUNT, settings) }
    },
    actors: [
      { kind: 'agent', person: null, credential: null },
      { kind: 'end-user', person: PIET, credential: null },
    ],
    has: ({ people }) => people.includes('nora'),
    vendor: 'cometchat',
    newcomer: { kind: 'external', externalId: 'piet' },
    stranger: { kind: 'external', externalId: 'vera' },
    channelType: null,
    secrets: [API_KEY],
    waivers: {
      'a text is as long as its row says, and no longer':
        'CometChat counts the whole message as JSON, and how long that is depends on all that is in it',
    },
  })
}
