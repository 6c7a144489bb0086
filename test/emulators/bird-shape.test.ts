import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, it } from 'vitest'
import { birdDocument, conversationsOf, type Desk, hasBirdData, type Json, openDesk } from './bird-desk.ts'

/** Where answers leave the documents, and why. */
const EXCEPTIONS: readonly { readonly path: RegExp; readonly value: unknown; readonly reason: string }[] = [
  {
    path: /\/body\/type$/,
    value: 'comment',
    reason:
      'the official preview has comments, the list of body types that was put together from page excerpts has not',
  },
]

/** What somebody may have set on a conversation, and what a live workspace was seen to add: no printed example has them. */
const SET_ON_SOME = [
  'lastMessageIncomingAt',
  'lastMessageOutgoingAt',
  'tags',
  'attributes',
  'assigneeId',
  'inbox',
  'resource',
  'resourceUri',
  'summary',
  'category',
  'directory',
  'privateAttributes',
  'referral',
]

/** Every place in a thing, `a.b[].c`; what is null or empty has no places inside. */
function placesIn(thing: unknown, at = ''): string[] {
  if (Array.isArray(thing)) return thing.flatMap((item) => placesIn(item, `${at}[]`))
  if (typeof thing !== 'object' || thing === null) return [at]
  return Object.entries(thing).flatMap(([key, value]) => placesIn(value, at === '' ? key : `${at}.${key}`))
}

function placeSet(thing: unknown): string[] {
  return [...new Set(placesIn(thing))].toSorted()
}

describe.skipIf(!hasBirdData)(
  'answers held against the documents (skipped where ../shared/providers/data/bird is absent)',
  () => {
    const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true, verbose: true }))

    beforeAll(() => {
      ajv.addSchema(birdDocument('openapi/reconstructed.json'), 'reconstructed')
      ajv.addSchema(birdDocument('openapi/get-conversation.json'), 'official')
      ajv.addSchema(birdDocument('openapi/delete-conversation-message.json'), 'official-message')
    })

    function validatorOf(document: string, pointer: readonly string[]): ValidateFunction {
      const path = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
      const known = `${document}#/${path}`
      return ajv.getSchema(known) ?? ajv.compile({ $ref: known })
    }

    function answerOf(route: string): ValidateFunction {
      const path = route.startsWith('/organizations') ? route : `/workspaces/{workspaceId}${route}`
      return validatorOf('reconstructed', [
        'paths',
        path,
        'get',
        'responses',
        '200',
        'content',
        'application/json',
        'schema',
      ])
    }

    /** What is wrong with an answer, apart from the named exceptions. */
    function faults(validate: ValidateFunction, answer: unknown): string[] {
      validate(answer)
      return (validate.errors ?? [])
        .filter(
          ({ instancePath, data }) => !EXCEPTIONS.some(({ path, value }) => path.test(instancePath) && value === data),
        )
        .map(({ instancePath, message }) => `${instancePath} ${message}`)
    }

    async function expectValid(desk: Desk, route: string, path: string): Promise<Json> {
      const { status, body } = await desk.get(path)
      expect(status, path).toBe(200)
      expect(faults(answerOf(route), body), path).toEqual([])
      return body
    }

    describe('in the shape "schema"', () => {
      it('every conversation, message and participant is valid, in lists and alone', async () => {
        const desk = await openDesk({ shape: 'schema' })
        const list = await expectValid(desk, '/conversations', '/conversations?limit=100')
        for (const { id } of list.results) {
          const path = `/conversations/${id}`
          await expectValid(desk, '/conversations/{conversationId}', path)
          const messages = await expectValid(
            desk,
            '/conversations/{conversationId}/messages',
            `${path}/messages?limit=100`,
          )
          const one = `${path}/messages/${messages.results[0].id}`
          await expectValid(desk, '/conversations/{conversationId}/messages/{messageId}', one)
          const participants = await expectValid(
            desk,
            '/conversations/{conversationId}/participants',
            `${path}/participants`,
          )
          const route = '/conversations/{conversationId}/participants/{conversationParticipantId}'
          await expectValid(desk, route, `${path}/participants/${participants.results[0].id}`)
        }
      })

      it('every conversation is valid by the official fragment, without any exception', async () => {
        const desk = await openDesk({ shape: 'schema' })
        const validate = validatorOf('official', ['components', 'schemas', 'inbox.conversations.conversation'])
        for (const conversation of await conversationsOf(desk)) {
          validate(conversation)
          expect(validate.errors, conversation.id).toBeNull()
        }
      })

      it('some conversation carries each property that the official fragment names', async () => {
        const desk = await openDesk({ shape: 'schema' })
        const { schemas } = birdDocument('openapi/get-conversation.json').components
        const rows = await conversationsOf(desk)
        const named = (name: string) => Object.keys(schemas[name].properties).toSorted()
        const carried = (things: Json[]) => [...new Set(things.flatMap(Object.keys))].toSorted()
        expect(carried(rows)).toEqual(named('inbox.conversations.conversation'))
        expect(carried(rows.map((row) => row.lastMessage))).toEqual(named('inbox.conversations.last_message'))
        expect(carried(rows.flatMap((row) => row.featuredParticipants))).toEqual(
          named('inbox.conversations.participant'),
        )
        expect(carried(rows.flatMap((row) => row.referral ?? []))).toEqual(named('inbox.conversations.referral'))
        expect(carried(rows.flatMap((row) => row.inbox ?? []))).toEqual(named('inbox.conversations.inbox_ref'))
        const recipients = rows.flatMap((row) => row.lastMessage.recipients)
        expect(carried(recipients)).toEqual(named('channels.participants.contact'))
      })

      it('the conversations of a participant are valid', async () => {
        const desk = await openDesk({ shape: 'schema' })
        const [row] = await conversationsOf(desk)
        const { id, contact } = row?.initiatingParticipant ?? {}
        const query = `conversations?channelId=${row?.channelId}`
        const identifier = `${contact.identifierKey}/${encodeURIComponent(contact.identifierValue)}`
        await expectValid(
          desk,
          '/participants/{conversationParticipantId}/conversations',
          `/participants/${id}/${query}`,
        )
        const byIdentifier = '/participants/{identifierKey}/{identifierValue}/conversations'
        await expectValid(desk, byIdentifier, `/participants/${identifier}/${query}`)
      })

      it('channel messages, their interactions and the state of channels are valid', async () => {
        const desk = await openDesk({ shape: 'schema' })
        for (const { id } of (await desk.get('/channels')).body.results) {
          await expectValid(desk, '/channels/{channelId}/conversational', `/channels/${id}/conversational`)
          const list = await expectValid(desk, '/channels/{channelId}/messages', `/channels/${id}/messages?limit=100`)
          for (const message of list.results.slice(0, 30)) {
            const path = `/channels/${id}/messages/${message.id}`
            await expectValid(desk, '/channels/{channelId}/messages/{messageId}', path)
            await expectValid(desk, '/channels/{channelId}/messages/{messageId}/interactions', `${path}/interactions`)
          }
        }
      })

      it('contacts, subscriptions and events on offer are valid', async () => {
        const desk = await openDesk({ shape: 'schema' })
        await desk.control('deliver-webhooks-to', { url: 'http://127.0.0.1:9/hooks' })
        const { results } = await expectValid(desk, '/contacts', '/contacts?limit=100')
        await expectValid(desk, '/contacts/{contactId}', `/contacts/${results[0].id}`)
        await expectValid(desk, '/contacts/{contactId}/identifiers', `/contacts/${results[0].id}/identifiers`)
        await expectValid(desk, '/webhook-subscriptions', '/webhook-subscriptions')
        await expectValid(desk, '/available-webhooks', '/available-webhooks')
      })

      it('every refusal is valid by the official fragments', async () => {
        const desk = await openDesk({ keys: { narrow: ['/workspaces/*/conversations'] } })
        const narrow = { authorization: 'AccessKey narrow' }
        const refusals = await Promise.all([
          desk.get('/conversations', {}),
          desk.get('/conversations', narrow),
          desk.get('/conversations/none'),
          desk.get('/conversations?limit=0'),
        ])
        expect(refusals.map(({ status }) => status)).toEqual([401, 403, 404, 422])
        for (const document of ['official', 'official-message', 'reconstructed'])
          for (const { body } of refusals)
            expect(faults(validatorOf(document, ['components', 'schemas', 'error.detailed']), body)).toEqual([])
      })
    })

    describe('in the shape "example"', () => {
      it('an e-mail conversation has the very keys of the printed one', async () => {
        const printed = birdDocument('examples/get-conversation.200.json')
        const rows = await conversationsOf(await openDesk())
        const found = rows.find(
          (row) =>
            row.platformStyle === 'email' &&
            row.featuredParticipants.length > 1 &&
            row.lastMessage.sender.type !== 'contact' &&
            row.lastMessage.recipients !== null,
        )
        const plain = Object.fromEntries(Object.entries(found ?? {}).filter(([key]) => !SET_ON_SOME.includes(key)))
        expect(Object.keys(plain)).toEqual(Object.keys(printed))
        expect(placeSet(plain)).toEqual(placeSet(printed))
      })

      it('no conversation has a key that neither an example nor anybody sets', async () => {
        const printed = Object.keys(birdDocument('examples/get-conversation.200.json'))
        const rows = await conversationsOf(await openDesk())
        for (const row of rows) expect(Object.keys(row).filter((key) => !SET_ON_SOME.includes(key))).toEqual(printed)
        for (const key of SET_ON_SOME) {
          const bearers = rows.filter((row) => key in row).length
          expect(bearers, key).toBeGreaterThan(0)
          expect(bearers, key).toBeLessThan(rows.length)
        }
      })

      it('names nobody as null where an incoming message is the last', async () => {
        const [printed] = birdDocument('examples/list-participant-conversations.200.json').results
        const rows = await conversationsOf(await openDesk())
        const incoming = rows.filter(({ lastMessage }) => lastMessage.sender.type === 'contact')
        expect(incoming.length).toBeGreaterThan(0)
        for (const { lastMessage } of incoming) {
          expect(lastMessage.recipients).toBeNull()
          expect(Object.keys(lastMessage)).toEqual(Object.keys(printed.lastMessage))
        }
      })

      it('e-mails out and in have the very keys of the printed ones', async () => {
        const [sent, received] = birdDocument('examples/list-conversation-messages.200.json').results
        const desk = await openDesk()
        const mails = (await conversationsOf(desk)).filter(({ platformStyle }) => platformStyle === 'email')
        const messages = (
          await Promise.all(mails.map(({ id }) => desk.walk(`/conversations/${id}/messages?limit=100`)))
        ).flat(2)
        const isPlain = ({ status, interactions, draft }: Json) =>
          status === 'delivered' && interactions === null && !draft
        const html = messages.filter((message) => isPlain(message) && message.body?.type === 'html')
        const out = html.find(({ source }) => source === 'conversations')
        const { body: outBody, ...outRest } = out ?? {}
        const { body: sentBody, ...sentRest } = sent
        expect(placeSet(outRest)).toEqual(placeSet(sentRest))
        expect(Object.keys(out ?? {})).toEqual(Object.keys(sent))
        expect(placeSet(html.find(({ source }) => source === 'channels'))).toEqual(placeSet(received))
        expect(placeSet(outBody)).toEqual(placeSet(received.body))
        expect(placeSet(sentBody)).toEqual(['text.text', 'type'])
      })

      it('participants, contacts and channel messages have the keys of the printed ones', async () => {
        const desk = await openDesk()
        const [mail] = (await conversationsOf(desk)).filter(({ platformStyle }) => platformStyle === 'email')
        const participants = (await desk.walk(`/conversations/${mail?.id}/participants`)).flat()
        expect(placeSet(participants)).toEqual(placeSet(birdDocument('examples/list-participants.200.json').results))
        const [contact] = (await desk.get('/contacts')).body.results
        expect(Object.keys(contact)).toEqual(Object.keys(birdDocument('examples/contacts-search.200.json').results[0]))
        const { payload } = birdDocument('examples/webhook.whatsapp.inbound.json')
        const whatsapp = (await desk.get('/channels')).body.results.find((row: Json) => row.platformId === 'whatsapp')
        const list = (await desk.get(`/channels/${whatsapp.id}/messages?limit=100`)).body.results
        const incoming = list.find((row: Json) => row.direction === 'incoming' && row.body?.type === 'text')
        const added = ['context.id', 'context.type', 'sender.contact.annotations.name']
        expect(placeSet(incoming).filter((place) => !added.includes(place))).toEqual(placeSet(payload))
      })
    })
  },
)
