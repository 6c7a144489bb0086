import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { bird } from '../../providers/bird/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import { cometChat } from '../../providers/cometchat/index.ts'
import type { PersonRef } from '../../providers/port/index.ts'
import { ACCOUNT } from './desk.ts'
import type { EndUsers } from './end-user-world.ts'
import { describeEndUsers } from './end-users.ts'
import { indexedVendor } from './indexed.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

function named(native: string): PersonRef {
  return { kind: 'person', account: ACCOUNT, native }
}

describeEndUsers('CometChat', {
  start: async () => {
    const emulator = await startCometChatEmulator({ port: 0 })
    const settings = cometChat.settings.parse(emulator.settings)
    return { emulator, create: () => cometChat.create(ACCOUNT, settings) }
  },
  names: ['Rosa Agent', 'Henrietta Leavitt'],
  personRef: named,
  absent: { conversation: 'gno-such-group', message: '999999999', person: named('nobody-knows-this') },
  team: null,
})

describeEndUsers('Chatwoot', {
  start: async () => {
    const emulator = await startChatwootEmulator({ port: 0 })
    const settings = chatwoot.settings.parse(emulator.settings)
    return { emulator, create: () => chatwoot.create(ACCOUNT, settings) }
  },
  names: ['Ada Lovelace', 'Evelyn Boyd Granville'],
  personRef: named,
  absent: { conversation: '999999', message: '999999999', person: named('contact:999999') },
  team: { kind: 'service' },
})

const BIRD: EndUsers = {
  start: async () => {
    const emulator = await startBirdEmulator({ port: 0 })
    const settings = bird.settings.parse(emulator.settings)
    return { emulator, create: () => bird.create(ACCOUNT, settings) }
  },
  names: ['Ada Lovelace', 'Kathleen Booth'],
  personRef: (id) => named(`contact:${id}`),
  absent: { conversation: NOBODY, message: NOBODY, person: named(`contact:${NOBODY}`) },
  team: { kind: 'service' },
}

describeEndUsers('Bird', BIRD)
describeEndUsers('Bird in order of activity', { ...BIRD, start: () => indexedVendor(BIRD.start) })
