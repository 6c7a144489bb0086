import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import { type Asker, createAsker, type Json } from './cometchat-support.ts'

const DOCUMENT = new URL('../../../shared/providers/data/cometchat/chat-apis-2023.json', import.meta.url)

/** Keys that the examples of 2023 do not have, each with where it is known from. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '$.data: object': 'the examples show an array of one; the schema of the same document and both SDKs say object',
  'conversation.unreadMentionsCount': 'read by both SDKs',
  'conversation.lastReadMessageId': 'read by both SDKs',
  'conversation.latestMessageId': 'read by both SDKs',
  'conversation.tags': 'documented parameter withTags; no example asks for it',
  'conversation.tags[]': 'documented parameter withTags; no example asks for it',
  'conversation.pinnedAt': 'newer than the document',
  'conversation.pinnedBy': 'newer than the document',
  'user.statusMessage': 'property of the user object, in no example',
  'user.lastActiveAt': 'property of the user object, in no example',
  'user.hasBlockedMe': 'told where somebody blocks, in no example',
  'user.deactivatedAt': 'documented parameter withDeactivated; no example asks for it',
  'group.metadata': 'property of the group object, in no example',
  'message.muid': 'newer than the document',
  'message.deliveredAt': 'official SDKs and the receipts guide',
  'message.readAt': 'official SDKs and the receipts guide',
  'message.myReceipt': 'official SDKs',
  'message.myReceipt.deliveredAt': 'official SDKs',
  'message.myReceipt.readAt': 'official SDKs',
  'message.receipts.data[]: object': 'the example has a nested empty list; the SDK reads rows from the single message',
  'message.receipts.data[].recipient': 'official SDKs',
  'message.receipts.data[].deliveredAt': 'official SDKs',
  'message.receipts.data[].readAt': 'official SDKs',
  'message.replyCount': 'official SDKs',
  'message.unreadRepliesCount': 'official SDKs',
  'message.quotedMessage': 'official SDKs',
  'message.deletedAt': 'documented; no example is deleted',
  'message.deletedBy': 'documented; no example is deleted',
  'message.data.url': 'official SDKs: the first attachment again',
  'message.data.attachments': 'documented for media; every example is a text',
  'message.data.attachments[]': 'documented for media; every example is a text',
  'message.data.attachments[].url': 'documented for media; every example is a text',
  'message.data.attachments[].name': 'documented for media; every example is a text',
  'message.data.attachments[].mimeType': 'documented for media; every example is a text',
  'message.data.attachments[].extension': 'documented for media; every example is a text',
  'message.data.attachments[].size': 'documented for media; every example is a text',
  'message.data.customData': 'documented for custom messages; every example is a text',
  'message.data.subType': 'documented for custom messages; every example is a text',
  'message.data.moderation': 'newer than the document',
  'message.data.moderation.status': 'newer than the document',
  'message.data.resource': 'official SDKs',
  'message.data.mentions': 'newer than the document',
  'message.data.reactions': 'newer than the document',
  'message.data.reactions[]': 'newer than the document',
  'message.data.reactions[].reaction': 'newer than the document',
  'message.data.reactions[].count': 'newer than the document',
  'message.data.reactions[].reactedByMe': 'newer than the document',
  'message.data.extras': 'official SDKs: the old and the new scope',
  'call.endedAt': 'the end of a call, in no example',
  '$.meta.previous': 'sometimes seen beside meta.next',
  '$.meta.previous.affix': 'sometimes seen beside meta.next',
  '$.meta.previous.sentAt': 'sometimes seen beside meta.next',
  '$.meta.previous.id': 'sometimes seen beside meta.next',
}

const ASKED: readonly (readonly [operation: string, path: string])[] = [
  ['/conversations', '/conversations?withTags=true&withUserAndGroupTags=true'],
  ['/conversations/{conversationId}', '/conversations/ada_user_nora'],
  ['/users/{uid}/conversation', '/users/ada/conversation'],
  ['/groups/{guid}/conversation', '/groups/front-desk/conversation'],
  ['/messages', '/messages?limit=1000&affix=prepend&withTags=true&id=99999'],
  ['/messages/{id}', '/messages/{id}'],
  ['/messages/{id}/thread', '/messages/{parentId}/thread'],
  ['/users/{uid}/messages', '/users/ada/messages?limit=1000'],
  ['/groups/{guid}/messages', '/groups/front-desk/messages?limit=1000'],
  ['/users', '/users?perPage=1000&withTags=true&withDeactivated=true'],
  ['/users/{uid}', '/users/ada'],
  ['/groups', '/groups'],
  ['/groups/{guid}', '/groups/front-desk'],
  ['/groups/{guid}/members', '/groups/front-desk/members'],
]

const DONE: readonly (readonly [method: string, operation: string, path: string, body: Json])[] = [
  ['post', '/messages', '/messages', toAda({ text: 'Hello', metadata: { a: 1 } })],
  ['put', '/messages/{id}', '/messages/{own}', { data: { text: 'Hello!' } }],
  ['delete', '/messages/{id}', '/messages/{own}', {}],
  ['put', '/users/{uid}/conversation', '/users/ada/conversation', { tags: ['vip'] }],
  ['put', '/groups/{guid}/conversation', '/groups/front-desk/conversation', { tags: ['vip'] }],
  ['post', '/users/{uid}/conversation/read', '/users/ada/conversation/read', {}],
  ['post', '/users/{uid}/conversation/delivered', '/users/ada/conversation/delivered', {}],
  ['post', '/groups/{guid}/conversation/read', '/groups/front-desk/conversation/read', {}],
  ['post', '/groups/{guid}/conversation/delivered', '/groups/front-desk/conversation/delivered', {}],
  ['put', '/groups/{guid}/members/{uid}', '/groups/all-readers/members/ada', { scope: 'moderator' }],
  ['delete', '/groups/{guid}/members/{uid}', '/groups/all-readers/members/ada', undefined],
  ['delete', '/users/{uid}/conversation', '/users/ada/conversation', undefined],
  ['delete', '/groups/{guid}/conversation', '/groups/front-desk/conversation', undefined],
  ['delete', '/conversations/{conversationId}', '/conversations/alan_user_nora', undefined],
]

function toAda(data: Json): Json {
  return { receiver: 'ada', receiverType: 'user', category: 'message', type: 'text', data }
}

/** The example of groups wraps its rows in keys "0", which no list can have; friends are paged by the same rules. */
const ENVELOPES: Readonly<Record<string, string>> = { '/groups': '/users/{uid}/friends' }

/** What a customer of CometChat put in: any JSON. */
const OPAQUE = new Set(['metadata', 'customData', 'extras'])

/**
 * The shape of an answer as `path: kind`. A thing that the vendor shows in many places (a user, a message) starts its paths
 * anew, so that it is compared with all examples of such a thing.
 */
function shapeOf(value: Json, path = '$', shape = new Set<string>()): Set<string> {
  shape.add(`${path}: ${kindOf(value)}`)
  if (Array.isArray(value)) for (const item of value) shapeOf(item, `${path}[]`, shape)
  if (kindOf(value) !== 'object') return shape
  const base = thingIn(value) ?? path
  for (const [key, inner] of Object.entries(value as object)) {
    if (OPAQUE.has(key)) shape.add(`${base}.${key}: ${kindOf(inner)}`)
    else if (key === 'mentions') for (const one of Object.values(inner)) shapeOf(one, `${base}.mentions`, shape)
    else shapeOf(inner, `${base}.${key}`, shape)
  }
  return shape
}

function kindOf(value: Json): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
}

function thingIn(value: Json): string | null {
  if ('conversationType' in value) return 'conversation'
  if ('sessionid' in value) return 'call'
  if ('category' in value) return 'message'
  if ('guid' in value) return 'group'
  return 'uid' in value ? 'user' : null
}

describe.skipIf(!existsSync(DOCUMENT))(
  'the examples of the OpenAPI document (skipped where the document is absent)',
  () => {
    let emulator: Emulator
    let asker: Asker
    let examples: Map<string, Set<string>>
    let ofThings: Set<string>
    const used = new Set<string>()

    beforeAll(async () => {
      emulator = await startCometChatEmulator({ port: 0 })
      asker = createAsker(emulator)
      const { paths } = JSON.parse(readFileSync(DOCUMENT, 'utf8'))
      const example = (operation: Json) => operation.responses?.['200']?.content?.['application/json']?.example
      const operations = Object.entries<Json>(paths).flatMap(([name, methods]) =>
        Object.entries<Json>(methods).map(([method, operation]) => [`${method} ${name}`, example(operation)] as const),
      )
      examples = new Map(operations.map(([name, shown]) => [name, shapeOf(shown ?? {})]))
      ofThings = new Set([...examples.values()].flatMap((shape) => [...shape].filter((line) => !line.startsWith('$'))))
    })
    afterAll(() => emulator.close())

    async function fill(path: string): Promise<string> {
      const { data } = await asker.get('/messages?limit=1000&affix=prepend')
      const reply = data.find((message: Json) => message.parentId)
      return path.replace('{parentId}', reply.parentId).replace('{id}', reply.id)
    }

    it.each(ASKED)(
      'GET %s is answered with the keys and kinds of its example, or named exceptions',
      async (name, path) => {
        const example = examples.get(`get ${ENVELOPES[name] ?? name}`)
        expect(unexplained(await asker.get(await fill(path)), example)).toEqual([])
      },
    )

    it.each(DONE)('%s %s is answered like its example, or named exceptions', async (method, name, path, body) => {
      const { id } = (await asker.ask('POST', '/messages', { body: toAda({ text: 'mine' }) })).body.data
      const answer = await asker.ask(method.toUpperCase(), path.replace('{own}', id), { body })
      expect(answer.status).toBe(200)
      expect(unexplained(answer.body, examples.get(`${method} ${name}`))).toEqual([])
    })

    /** What of an answer is in no example and no exception. */
    function unexplained(answer: Json, example: ReadonlySet<string> | undefined): readonly string[] {
      const isKnown = (line: string) => (line.startsWith('$') ? example?.has(line) : ofThings.has(line))
      const exceptionTo = (line: string) => [line, line.slice(0, line.indexOf(': '))].find((one) => one in EXCEPTIONS)
      const unknown = [...shapeOf(answer)].filter((line) => !isKnown(line))
      for (const line of unknown) used.add(exceptionTo(line) ?? '')
      return unknown.filter((line) => exceptionTo(line) === undefined)
    }

    it('needs every named exception', () => {
      expect(Object.keys(EXCEPTIONS).filter((key) => !used.has(key))).toEqual([])
    })
  },
)
