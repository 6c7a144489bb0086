import { describe, expect, it, onTestFinished } from 'vitest'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'

describe.each([
  ['CometChat', startCometChatEmulator],
  ['Chatwoot', startChatwootEmulator],
  ['Bird', startBirdEmulator],
] as const)('people who talk by themselves at %s', (_name, start) => {
  it('do so in a few conversations, which were on top before', async () => {
    const emulator = await start({ port: 0 })
    onTestFinished(() => emulator.close())
    const state = async (): Promise<EmulatorState> => (await fetch(`${emulator.url}/__control/state`)).json() as any
    const counts = ({ conversations }: EmulatorState) =>
      new Map(conversations.map((one) => [one.id, one.messages.length]))
    const before = await state()
    const control = (on: boolean) =>
      fetch(`${emulator.url}/__control/chatter`, { method: 'POST', body: JSON.stringify({ on }) })
    await control(true)
    let talking: string[] = []
    await expect
      .poll(
        async () => {
          const known = counts(before)
          talking = [...counts(await state())].filter(([id, count]) => count > (known.get(id) ?? 0)).map(([id]) => id)
          return talking.length
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0)
    await control(false)
    const newest = before.conversations
      .filter(({ people }) => people.length > 1 && people.length <= 12)
      .map(({ id, messages }) => ({
        id,
        at:
          messages
            .map(({ createdAt }) => createdAt)
            .toSorted()
            .at(-1) ?? '',
      }))
      .toSorted((one, other) => other.at.localeCompare(one.at))
      .slice(0, 3)
      .map(({ id }) => id)
    for (const id of talking) expect(newest).toContain(id)
  })
})
