import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountId, conversationId, messageId, personId, teamId } from '../../schema/global-id.ts'
import { startWorld, type World } from '../support/world.ts'
import { ActingClient } from './acting-client.ts'

let world: World
let client: ActingClient
/** A conversation at each, by its global id. */
let at: Record<'cometchat' | 'chatwoot' | 'bird', string>
let group: string

beforeAll(async () => {
  world = await startWorld()
  client = new ActingClient(world)
  at = {
    cometchat: (await client.conversation('cometchat', ({ kind }) => kind === 'DIRECT')).id,
    chatwoot: (await client.conversation('chatwoot')).id,
    bird: (await client.conversation('bird', ({ status }) => status === 'OPEN')).id,
  }
  group = (await client.conversation('cometchat', ({ kind }) => kind === 'GROUP')).id
})
afterAll(() => world.close())

type Issue = readonly [path: string, detail: RegExp]

/** Acts, and sees exactly these issues and no call. */
async function refuses(mutation: string, input: object, issues: readonly Issue[]): Promise<void> {
  let result: any
  const calls = await world.count(async () => {
    result = await client.act(mutation, input)
  })
  expect(result).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED', providerCode: null })
  expect(result.issues.map(({ path }: any) => path.join('.'))).toEqual(issues.map(([path]) => path))
  for (const [index, [, detail]] of issues.entries()) expect(result.issues[index].detail).toMatch(detail)
  expect(Object.values(calls).flat().filter(isWrite)).toEqual([])
}

function isWrite(line: string): boolean {
  return !line.startsWith('GET ')
}

const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

describe('sendMessage', () => {
  const send = (input: object, issues: readonly Issue[], conversation = at.chatwoot) =>
    refuses('sendMessage', { conversationId: conversation, clientMessageId: 'a-key', ...input }, issues)

  it('needs a text or an attachment', async () => {
    await send({}, [['text', /a text, attachments or both/]])
    await send({ attachments: [] }, [['text', /a text, attachments or both/]])
  })

  it('takes no text of blanks', async () => {
    for (const text of ['', ' ', '\n\t\u00a0 ']) await send({ text }, [['text', /nothing .* but blanks/]])
  })

  it('takes keys of 1 to 64 printable signs', async () => {
    for (const clientMessageId of ['', 'two words', 'ключ', 'x'.repeat(65), 'line\nbreak']) {
      await send({ text: 'hello', clientMessageId }, [['clientMessageId', /1 to 64/]])
    }
  })

  it('takes a text as long as the row says, and no longer', async () => {
    await send({ text: 'x'.repeat(65_537) }, [['text', /65537 characters: at most 65536/]], at.cometchat)
  })

  it('takes attachments over http only', async () => {
    const one = { url: 'https://files.example/a.png' }
    await send({ attachments: [one, { url: 'file:///etc/passwd' }] }, [['attachments.1.url', /http or https.*file:/]])
  })

  it('replies to a message of the same conversation only', async () => {
    const elsewhere = messageId({
      kind: 'message',
      conversation: { kind: 'conversation', account: 'chatwoot', native: '999999' },
      native: '1',
    })
    for (const replyToMessageId of [elsewhere, at.chatwoot, 'nonsense']) {
      await send({ text: 'hello', replyToMessageId }, [['replyToMessageId', /a Message of the same conversation/]])
    }
  })

  it('names everything that is wrong at once', async () => {
    await send(
      { text: ' ', clientMessageId: '', replyToMessageId: 'nonsense', attachments: [{ url: 'ftp://a.example/b' }] },
      [
        ['replyToMessageId', /Message/],
        ['clientMessageId', /1 to 64/],
        ['text', /blanks/],
        ['attachments.0.url', /http/],
      ],
    )
  })

  it('names uploads that are not there', async () => {
    await send({ attachments: [{ url: 'https://files.example/a.png' }, { uploadId: 'nothing' }] }, [
      ['attachments.1.uploadId', /no such upload/],
    ])
  })
})

describe('createAttachmentUpload', () => {
  const create = (input: object, issues: readonly Issue[]) => {
    const file = { fileName: 'a.png', mimeType: 'image/png', sizeBytes: 10 }
    return refuses('createAttachmentUpload', { conversationId: at.chatwoot, ...file, ...input }, issues)
  }

  it('takes a file name without folders, a kind of file and a size within the limits', async () => {
    const { limits } = await client.row('chatwoot', 'SEND_ATTACHMENT')
    for (const fileName of ['', '../a.png', 'a\\b.png', 'a\u0000.png', 'x'.repeat(256)])
      await create({ fileName }, [['fileName', /without slashes/]])
    for (const mimeType of ['', 'image', 'image/png; charset=utf-8'])
      await create({ mimeType }, [['mimeType', /image\/png/]])
    for (const sizeBytes of [0, -1]) await create({ sizeBytes }, [['sizeBytes', /at least 1 byte/]])
    await create({ sizeBytes: limits.maxBytes + 1 }, [['sizeBytes', new RegExp(`at most ${limits.maxBytes}`)]])
    await create({ fileName: '', mimeType: '', sizeBytes: 0 }, [
      ['fileName', /./],
      ['mimeType', /./],
      ['sizeBytes', /./],
    ])
  })
})

describe('startConversation', () => {
  const start = (vendor: 'cometchat' | 'chatwoot' | 'bird', input: object, issues: readonly Issue[]) =>
    refuses('startConversation', { accountId: accountId(vendor), clientMessageId: 'a-key', with: [], ...input }, issues)

  it('takes somebody, as many as the row says, and of this account', async () => {
    const stranger = { personId: personId({ kind: 'person', account: 'chatwoot', native: 'contact:1' }) }
    await start('bird', {}, [['with', /at least one person/]])
    await start('bird', { with: [stranger] }, [['with.0.personId', /a Person of the same account/]])
    await start('bird', { with: [{ email: ' ' }, { phone: '' }, { externalId: '\t' }] }, [
      ['with.0.email', /blanks/],
      ['with.1.phone', /blanks/],
      ['with.2.externalId', /blanks/],
    ])
    const six = [1, 2, 3, 4, 5, 6].map((n) => ({ email: `${n}@example.org` }))
    await start('bird', { with: six }, [['with', /There are 6: at most 5/]])
  })

  it('takes a channel of this account and a first message with words', async () => {
    const input = { with: [{ externalId: 'x' }], channelId: accountId('bird'), firstMessage: ' ' }
    await start('bird', input, [
      ['channelId', /a Channel of the same account/],
      ['firstMessage', /blanks/],
    ])
    const long = { with: [{ externalId: 'x' }], firstMessage: 'x'.repeat(65_537) }
    await start('cometchat', long, [['firstMessage', /at most 65536/]])
  })
})

describe('editMessage', () => {
  it('takes words as long as a message may be', async () => {
    const { lastMessage } = await client.conversation('cometchat', (found) => found.lastMessage?.messageId != null)
    await refuses('editMessage', { messageId: lastMessage?.messageId, text: ' ' }, [['text', /blanks/]])
    await refuses('editMessage', { messageId: lastMessage?.messageId, text: 'x'.repeat(65_537) }, [['text', /at most/]])
  })
})

describe('marks', () => {
  it('take a message of the same conversation, or true for the latest', async () => {
    const other = (await client.conversations('cometchat')).find(
      (found) => found.id !== at.cometchat && found.lastMessage,
    )
    const messageId = other?.lastMessage?.messageId
    const mark = { conversationId: at.cometchat }
    await refuses('markRead', { ...mark, upTo: { messageId } }, [['upTo.messageId', /of the same conversation/]])
    await refuses('markDelivered', { ...mark, upTo: { latest: false } }, [['upTo.latest', /only be true/]])
    await refuses('markUnread', { ...mark, from: { messageId: 'nonsense' } }, [['from.messageId', /a Message/]])
  })
})

describe('updateConversation', () => {
  const update = (input: object, issues: readonly Issue[], conversation = at.chatwoot) =>
    refuses('updateConversation', { conversationId: conversation, ...input }, issues)

  it('needs something to be different', async () => {
    await update({}, [['', /Nothing is asked/]])
    await update({ addLabels: [], removeLabels: null }, [['', /Nothing is asked/]])
  })

  it('takes a time to come with status SNOOZED only', async () => {
    const snoozeUntil = inDays(1)
    await update({ snoozeUntil }, [['snoozeUntil', /status SNOOZED only/]])
    await update({ snoozeUntil, status: 'OPEN' }, [['snoozeUntil', /status SNOOZED only/]])
    await update({ snoozeUntil: null, status: 'OPEN' }, [['snoozeUntil', /status SNOOZED only/]])
    await update({ snoozeUntil: inDays(-1), status: 'SNOOZED' }, [['snoozeUntil', /is over/]])
  })

  it('clears no status', async () => {
    await update({ status: null, priority: 'HIGH' }, [['status', /always has a status/]])
  })

  it('takes the whole set of labels or changes of it', async () => {
    await update({ setLabels: ['a'], addLabels: ['b'] }, [['setLabels', /not both/]])
    await update({ setLabels: [], removeLabels: ['b'] }, [['setLabels', /not both/]])
    await update({ addLabels: ['a', 'b'], removeLabels: ['b'] }, [['removeLabels', /Also in addLabels: b/]])
    await update({ setLabels: ['a', ' '] }, [['setLabels.1', /blanks/]])
  })

  it('counts labels and their characters as the row says', async () => {
    const labels = Array.from({ length: 26 }, (_, n) => `label-${n}`)
    await update({ setLabels: labels }, [['setLabels', /There are 26: at most 25/]], at.cometchat)
    const long = ['🙂'.repeat(101), '🙂'.repeat(100)]
    await update({ setLabels: long }, [['setLabels.0', /101 characters: at most 100/]], at.cometchat)
  })

  it('takes an assignee and a team of the same account', async () => {
    const assigneeId = personId({ kind: 'person', account: 'cometchat', native: 'nora' })
    await update({ assigneeId, teamId: teamId('bird', '1') }, [
      ['assigneeId', /a Person of the same account/],
      ['teamId', /a Team of the same account/],
    ])
  })

  it('takes an object of attributes', async () => {
    for (const customAttributes of [[], 'text', 1])
      await update({ customAttributes }, [['customAttributes', /an object/]])
  })
})

describe('changeParticipants', () => {
  const change = (input: object, issues: readonly Issue[]) =>
    refuses('changeParticipants', { conversationId: group, ...input }, issues)

  it('takes somebody who comes or goes, each once, and of this account', async () => {
    const nora = personId({ kind: 'person', account: 'cometchat', native: 'nora' })
    const stranger = personId({ kind: 'person', account: 'bird', native: 'contact:1' })
    await change({}, [['', /Nothing is asked/]])
    await change({ add: [{ personId: nora }], remove: [nora] }, [['remove', /to come and to go/]])
    await change({ add: [{ personId: stranger }], remove: [stranger, group] }, [
      ['add.0.personId', /a Person of the same account/],
      ['remove.0', /a Participant of this conversation/],
      ['remove.1', /a Participant of this conversation/],
    ])
    const many = Array.from({ length: 26 }, (_, n) => ({ externalId: `uid-${n}` }))
    await change({ add: many }, [['add', /There are 26: at most 25/]])
  })
})

describe('what an act is about', () => {
  const subjects = (): readonly (readonly [mutation: string, field: string, input: object])[] => [
    ['sendMessage', 'conversationId', { clientMessageId: 'a-key', text: 'hello' }],
    ['createAttachmentUpload', 'conversationId', { fileName: 'a', mimeType: 'image/png', sizeBytes: 1 }],
    ['startConversation', 'accountId', { with: [{ externalId: 'x' }], clientMessageId: 'a-key' }],
    ['editMessage', 'messageId', { text: 'hello' }],
    ['deleteMessage', 'messageId', {}],
    ['retryMessage', 'messageId', {}],
    ['markRead', 'conversationId', { upTo: { latest: true } }],
    ['markUnread', 'conversationId', {}],
    ['markDelivered', 'conversationId', { upTo: { latest: true } }],
    ['updateConversation', 'conversationId', { setLabels: [] }],
    ['changeParticipants', 'conversationId', { add: [{ externalId: 'x' }] }],
    ['deleteConversation', 'conversationId', { scope: 'FOR_EVERYONE' }],
    ['setTyping', 'conversationId', { typing: true }],
  ]

  it('is not found where it never was, and where its account is not the viewer’s', async () => {
    for (const [mutation, field, input] of subjects()) {
      const foreign = { kind: 'conversation', account: 'elsewhere', native: '1' } as const
      const ids = ['nonsense', accountId('elsewhere'), conversationId(foreign)]
      for (const id of ids) {
        const result = await client.act(mutation, { ...input, [field]: id })
        const detail = 'There is no such thing, or the viewer may not know of it.'
        expect(result, mutation).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND', detail, providerCode: null })
      }
    }
  })

  it('is refused by name where it is another kind of thing', async () => {
    for (const [mutation, field, input] of subjects()) {
      const person = personId({ kind: 'person', account: 'cometchat', native: 'nora' })
      await refuses(mutation, { ...input, [field]: person }, [[field, /Expected the id of a/]])
    }
  })

  it('is not found where its provider has none', async () => {
    const absent = conversationId({ kind: 'conversation', account: 'chatwoot', native: '999999' })
    for (const [mutation, field, input] of subjects()) {
      if (field !== 'conversationId' || mutation === 'markDelivered') continue
      const result = await client.act(mutation, { ...input, conversationId: absent })
      expect(result, mutation).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
    }
  })
})
