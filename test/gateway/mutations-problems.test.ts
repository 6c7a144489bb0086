import { describe, expect, it } from 'vitest'
import { accountId, channelId, personId, teamId } from '../../schema/global-id.ts'
import { startTestWorld } from '../support/world.ts'
import { ActingClient } from './acting-client.ts'

async function start() {
  const world = await startTestWorld()
  return { world, client: new ActingClient(world) }
}

describe('a provider that', () => {
  it('is asked too often says for how long', async () => {
    const { world, client } = await start()
    const { lastMessage } = await client.conversation('bird', (found) => found.lastMessage?.messageId != null)
    await world.control('bird', 'misbehave', { how: 'status', status: 429, retryAfter: 30, times: 1 })
    expect(await client.act('deleteMessage', { messageId: lastMessage?.messageId })).toEqual({
      __typename: 'RateLimitedError',
      code: 'RATE_LIMITED',
      detail: 'Account "bird" has been asked too often: come back after retryAfterMs.',
      providerCode: null,
      retryAfterMs: 30_000,
      source: { account: { key: 'bird' }, state: 'RATE_LIMITED', code: 'RATE_LIMITED' },
    })
  })

  it('fails before anything was done may be asked again', async () => {
    const { world, client } = await start()
    const { id } = await client.conversation('cometchat', ({ kind }) => kind === 'DIRECT')
    await world.control('cometchat', 'misbehave', { how: 'status', status: 503, times: 10 })
    expect(await client.act('markRead', { conversationId: id, upTo: { latest: true } })).toMatchObject({
      __typename: 'ProviderError',
      code: 'PROVIDER_UNAVAILABLE',
      retryable: true,
      source: { account: { key: 'cometchat' }, state: 'UNAVAILABLE' },
    })
  })

  it('does not accept the account’s credential need not be asked again', async () => {
    const { world, client } = await start()
    const { id } = await client.conversation('bird')
    await world.control('bird', 'misbehave', { how: 'status', status: 401, times: 10 })
    expect(await client.act('deleteConversation', { conversationId: id, scope: 'FOR_EVERYONE' })).toMatchObject({
      __typename: 'ProviderError',
      code: 'PROVIDER_REJECTED',
      retryable: false,
      source: { state: 'UNAUTHENTICATED' },
    })
  })

  it('breaks off in the middle may have done it', async () => {
    const { world, client } = await start()
    const { id } = await client.conversation('cometchat', ({ kind }) => kind === 'DIRECT')
    await world.control('cometchat', 'misbehave', { how: 'reset', times: 1 })
    expect(await client.act('deleteConversation', { conversationId: id, scope: 'FOR_ME' })).toMatchObject({
      __typename: 'OutcomeUnknownError',
      code: 'OUTCOME_UNKNOWN',
      source: { account: { key: 'cometchat' } },
    })
  })

  it('cannot show the conversation again has done it all the same', async () => {
    const { world } = await start()
    const { id } = await new ActingClient(world).conversation('chatwoot')
    await world.control('chatwoot', 'misbehave', { how: 'status', status: 503, skip: 1, times: 10 })
    const { data, errors } = await world.ask(
      `mutation ($input: SetTypingInput!) {
        setTyping(input: $input) { __typename ... on SetTypingSuccess { conversation { id } } }
      }`,
      { input: { conversationId: id, typing: true } },
    )
    expect(data).toEqual({ setTyping: { __typename: 'SetTypingSuccess', conversation: null } })
    expect(errors).toMatchObject([
      { path: ['setTyping', 'conversation'], extensions: { code: 'PROVIDER_UNAVAILABLE', account: 'chatwoot' } },
    ])
  })
})

describe('what only a provider can know is wrong', () => {
  it('is named by the fields of the input', async () => {
    const { client } = await start()
    const [bird, chatwoot] = [await client.conversation('bird'), await client.conversation('chatwoot')]
    const pathsOf = async (mutation: string, input: object) => {
      const { __typename, issues } = await client.act(mutation, input)
      expect(__typename).toBe('ValidationError')
      return issues.map(({ path }: any) => path.join('.'))
    }
    const update = (conversationId: string, input: object) =>
      pathsOf('updateConversation', { conversationId, ...input })
    expect(await update(bird.id, { customAttributes: { a: 1 } })).toEqual(['customAttributes.a'])
    expect(await update(chatwoot.id, { teamId: teamId('chatwoot', '999') })).toEqual(['teamId'])
    const contact = personId({ kind: 'person', account: 'chatwoot', native: 'contact:1' })
    expect(await update(chatwoot.id, { assigneeId: contact })).toEqual(['assigneeId'])
    const agent = personId({ kind: 'person', account: 'chatwoot', native: 'user:8' })
    const begin = { accountId: accountId('chatwoot'), with: [{ personId: agent }], clientMessageId: 'a-key' }
    expect(await pathsOf('startConversation', begin)).toEqual(['channelId'])
    const inbox = { channelId: channelId('chatwoot', '6') }
    expect(await pathsOf('startConversation', { ...begin, ...inbox })).toEqual(['with.0'])
  })

  it('stands beside what was done, each part for itself', async () => {
    const { client } = await start()
    const { id } = await client.conversation('chatwoot')
    const input = { conversationId: id, teamId: teamId('chatwoot', '999'), priority: 'HIGH' }
    const selection = `conversation { priority }
      problems { field problem { __typename ... on ValidationError { issues { path } } } }`
    expect(await client.act('updateConversation', input, selection)).toMatchObject({
      conversation: { priority: 'HIGH' },
      problems: [{ field: 'teamId', problem: { __typename: 'ValidationError', issues: [{ path: ['teamId'] }] } }],
    })
  })

  it('is a conflict where the state of things does not allow it', async () => {
    const { client } = await start()
    const { id } = await client.conversation('chatwoot', ({ status }) => status === 'OPEN')
    const sent = await client.act(
      'sendMessage',
      { conversationId: id, clientMessageId: 'a-key', text: 'It arrives' },
      'messageEdge { node { id } }',
    )
    expect(await client.act('retryMessage', { messageId: sent.messageEdge.node.id })).toMatchObject({
      __typename: 'ConflictError',
      code: 'CONFLICT',
      existingConversationId: null,
    })
  })
})
