import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'

/** The three emulators in a process of their own. Prints their settings as one line of JSON. */
const [cometchat, chatwoot, bird] = await Promise.all([
  startCometChatEmulator({ port: 0 }),
  startChatwootEmulator({ port: 0 }),
  startBirdEmulator({ port: 0 }),
])
console.log(JSON.stringify({ cometchat: cometchat.settings, chatwoot: chatwoot.settings, bird: bird.settings }))
