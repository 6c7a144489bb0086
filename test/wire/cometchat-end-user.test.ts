import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import { cometChat } from '../../providers/cometchat/index.ts'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import type { CallContext, ConversationRef, PersonRef, Provider } from '../../providers/port/index.ts'

describe('an end user of CometChat', () => {
  let emulator: Emulator
  let provider: Provider
  beforeAll(async () => {
    emulator = await startCometChatEmulator({ port: 0 })
    provider = cometChat.create('shop', cometChat.settings.parse(emulator.settings))
  })
  afterAll(async () => {
    await provider.close()
    await emulator.close()
  })

  it('does not find the pair of two others, nor somebody through a pair that never was', async () => {
    const page = { limit: 10, after: null }
    const pair = refOf('u4:nora4:rosa')
    await expect(
      provider.listMessages(pair, { limit: 5, from: null, direction: 'older' }, callAs('henrietta')),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const [nora] = await provider.getConversations([refOf(`g${await ownGroup('rosa')}`)], callAs('rosa'))
    expect(nora).toHaveProperty('conversation')
    const stranger = await strangerOf('rosa')
    const invented = { ...(nora as any).conversation, kind: 'direct', ref: pairOf('rosa', stranger) }
    await expect(provider.listParticipants(invented, page, callAs('rosa'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const [person] = await provider.getPeople([personRef(stranger)], callAs('rosa'))
    expect(person).toMatchObject({ code: 'NOT_FOUND', facts: { cause: expect.anything() } })
    expect(person).not.toMatchObject({ facts: { providerCode: expect.anything() } })
  })

  it('knows those with whom they have a conversation', async () => {
    const [nora] = await provider.getPeople([personRef('nora')], callAs('rosa'))
    expect(nora).toMatchObject({ displayName: 'Nora Admin' })
  })

  it('who has nothing to say in a group lets nobody in, shows nobody out, and may leave', async () => {
    const { group, member } = await ordinaryMember()
    const others = await provider.listParticipants(
      (await conversationAs(group, member)).conversation,
      { limit: 50, after: null },
      callAs(member),
    )
    const other = others.rows.map(({ item }) => item.person.ref).find(({ native }) => native !== member)!
    const change = (add: readonly PersonRef[], remove: readonly PersonRef[]) =>
      provider.acts.changeParticipants(refOf(`g${group}`), add, remove, callAs(member))
    await expect(change([], [other])).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(change([personRef(await strangerOf(member))], [])).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const left = await change([], [personRef(member)])
    expect(left.value.map(({ person }) => person.ref.native)).not.toContain(member)
    const [after] = await provider.getConversations([refOf(`g${group}`)], callAs(member))
    expect(after).toMatchObject({ code: 'NOT_FOUND' })
    const { rows } = await provider.listConversations({}, { limit: 100, after: null }, callAs(member))
    expect(rows.map(({ item }) => item.conversation.ref.native)).not.toContain(`g${group}`)
  })

  it('deletes nothing for everyone', async () => {
    const group = refOf(`g${await ownGroup('rosa')}`)
    await expect(provider.acts.deleteConversation(group, 'for-everyone', callAs('rosa'))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      facts: { capability: 'DELETE_FOR_EVERYONE' },
    })
  })

  const state = async () => (await (await fetch(`${emulator.url}/__control/state`)).json()) as any
  const groupsOf = async (uid: string): Promise<string[]> =>
    (await state()).conversations
      .filter(({ id, people }: any) => id.startsWith('group_') && people.includes(uid))
      .map(({ id }: any) => id.slice('group_'.length))
  const ownGroup = async (uid: string) => (await groupsOf(uid))[0]!
  const strangerOf = async (uid: string): Promise<string> => {
    const { people, conversations } = await state()
    const known = new Set(
      conversations.filter((one: any) => one.people.includes(uid)).flatMap((one: any) => one.people),
    )
    const pairs = new Set(
      conversations
        .filter((one: any) => one.people.length === 2 && one.people.includes(uid))
        .flatMap((one: any) => one.people),
    )
    return (people.find(({ id }: any) => !known.has(id)) ?? people.find(({ id }: any) => !pairs.has(id))).id
  }
  const conversationAs = async (group: string, uid: string): Promise<any> =>
    (await provider.getConversations([refOf(`g${group}`)], callAs(uid)))[0]
  const ordinaryMember = async () => {
    for (const group of await groupsOf('henrietta')) {
      const { conversation } = await conversationAs(group, 'henrietta')
      if (conversation.featuredParticipants[0]?.role === 'participant') return { group, member: 'henrietta' }
    }
    throw new Error('henrietta is an admin everywhere')
  }
})

function refOf(native: string): ConversationRef {
  return { kind: 'conversation', account: 'shop', native }
}

function pairOf(one: string, other: string): ConversationRef {
  const [first, second] = [one, other].toSorted() as [string, string]
  return refOf(`u${first.length}:${first}${second.length}:${second}`)
}

function personRef(native: string): PersonRef {
  return { kind: 'person', account: 'shop', native }
}

function callAs(uid: string): CallContext {
  return {
    actor: { kind: 'end-user', person: personRef(uid), credential: null },
    deadline: Date.now() + 8_000,
    signal: new AbortController().signal,
    budget: createCallBudget(1_000),
  }
}
