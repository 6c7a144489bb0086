import { ACCESS_KEY, startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { bird } from '../../providers/bird/index.ts'
import { ACCOUNT, type Contract } from './desk.ts'
import { indexed } from './indexed.ts'
import { describeProvider } from './provider-contract.ts'

const BIRD: Contract = {
  start: async () => {
    const emulator = await startBirdEmulator({ port: 0 })
    const settings = bird.settings.parse(emulator.settings)
    return { emulator, create: () => bird.create(ACCOUNT, settings) }
  },
  actors: [{ kind: 'service' }, { kind: 'agent', person: null, credential: null }],
  has: () => true,
  vendor: 'bird',
  newcomer: { kind: 'phone', phone: '+31612340077' },
  stranger: { kind: 'phone', phone: '+31612340001' },
  channelType: 'whatsapp',
  secrets: [ACCESS_KEY],
}

describeProvider('Bird', BIRD)
describeProvider('Bird in order of activity', indexed(BIRD))
