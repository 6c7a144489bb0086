import { describe, expect, it } from 'vitest'
import { openFlakyLine } from '../support/flaky-line.ts'
import { hasRedis, REDIS_NOTE } from '../support/redis.ts'
import { ask, type SendVendor, startSendWorld, stateOf } from '../support/send-world.ts'

const TEXT = 'Good morning, for the first time'

/** Whom nobody has talked with yet. */
const PEOPLE: Readonly<Record<SendVendor, object>> = {
  cometchat: { externalId: 'piet' },
  chatwoot: { email: 'somebody.new@example.org' },
  bird: { phone: '+31612340001' },
}

const START = /* GraphQL */ `
  mutation Start($input: StartConversationInput!) {
    startConversation(input: $input) {
      __typename
      ... on StartConversationSuccess { replayed conversationEdge { node { id } } messageEdge { node { text } } }
      ... on Problem { code detail }
    }
  }
`

/** Below and above the half: the line breaks amid the request, or amid the answer. */
const BREAKS = [
  ['request', 0.4],
  ['answer', 0.6],
] as const

const CASES = (['chatwoot', 'cometchat', 'bird'] as const).flatMap((vendor) =>
  BREAKS.map(([amid, random]) => ({ vendor, amid, random })),
)

describe.skipIf(!hasRedis)(`two instances on one Redis${REDIS_NOTE}`, () => {
  it.each(CASES)(
    'begin one conversation at $vendor, though the line breaks amid the $amid',
    async ({ vendor, amid, random }) => {
      await using ending = new AsyncDisposableStack()
      const nameOf = (request: string) =>
        request.startsWith('POST ') && request.includes(TEXT) ? 'the only one' : null
      const openLine = (url: string) => openFlakyLine(url, nameOf, () => random)
      const { emulator, line, gateways } = await startSendWorld(vendor, ending, openLine)
      const [one, other] = gateways
      const before = (await stateOf(emulator)).conversations.length
      const { data } = await ask(one!, '{ accounts { id channels { id type } } }', {})
      const [account] = data.accounts
      const channel = account.channels.find(({ type }: { type: string }) => type === 'API' || type === 'WHATSAPP')
      const input = {
        accountId: account.id,
        with: [PEOPLE[vendor]],
        clientMessageId: 'the-first',
        firstMessage: TEXT,
        ...(channel && { channelId: channel.id }),
      }

      const first = (await ask(one!, START, { input })).data.startConversation
      expect(first).toMatchObject({ replayed: false, messageEdge: { node: { text: TEXT } } })
      expect(line.cuts).toEqual({ requests: amid === 'request' ? 1 : 0, answers: amid === 'answer' ? 1 : 0 })
      const again = (await ask(other!, START, { input })).data.startConversation
      expect(again).toEqual({ ...first, replayed: true })
      const { conversations } = await stateOf(emulator)
      expect(conversations.length - before).toBeLessThanOrEqual(1)
      const texts = conversations.flatMap(({ messages }) => messages.map(({ text }) => text))
      expect(texts.filter((text) => text === TEXT)).toHaveLength(1)
    },
    60_000,
  )
})
