import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BirdTruth } from '../../providers/bird/emulator/state.ts'
import { openHook } from '../inlets/receive.ts'
import { birdDocument, conversationsOf, type Desk, hasBirdData, type Json, onPlatform, openDesk } from './bird-desk.ts'

describe('writing to the emulated Bird', () => {
  let desk: Desk
  let rows: Json[]
  let channelId: string
  let keyId: string

  beforeEach(async () => {
    desk = await openDesk()
    rows = await onPlatform(desk, 'whatsapp', await conversationsOf(desk))
    channelId = rows[0]?.channelId
    keyId = (desk.settings as Json).accessKeyId
  })

  const send = async (method: string, path: string, body?: unknown, headers = {}) => {
    const authorization = `AccessKey ${desk.settings.accessKey}`
    const response = await fetch(`${desk.root}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Json }
  }
  const active = () =>
    first(rows.filter(({ status, lastMessage }) => status === 'active' && lastMessage.status !== 'deleted'))
  const closed = () => first(rows.filter(({ status }) => status === 'closed'))
  const truthOf = async (id: string) =>
    first(((await desk.state()) as BirdTruth).conversations.filter((one) => one.id === id))
  const speaker = () => ({ participantType: 'accessKey', participantId: keyId, addMissingParticipants: true })
  const text = (words: string) => ({ type: 'text', text: { text: words } })
  const post = (conversation: Json, body: object) => send('POST', `/conversations/${conversation.id}/messages`, body)
  const newcomer = { type: 'contact', identifierKey: 'phonenumber', identifierValue: '+15550107777' }

  describe('messages', () => {
    it('are accepted with 201 and go their way behind the answer', async () => {
      const { status, body } = await post(active(), { ...speaker(), body: text('Hi'), reference: 'r' })
      expect(status).toBe(201)
      expect(body).toMatchObject({ status: 'accepted', source: 'conversations', reference: 'r', draft: false })
      expect(body.sender).toMatchObject({ id: keyId, type: 'accessKey' })
      const path = `/conversations/${active().id}/messages/${body.id}`
      await vi.waitFor(async () => expect((await desk.get(path)).body.status).toBe('sent'))
      await desk.control('receive', { conversation: active().id, person: active().initiatingParticipant.id })
      expect((await desk.get(path)).body.status).toBe('delivered')
    })

    it('are twice where they are posted twice, whatever the reference or an idempotency key says', async () => {
      const before = (await truthOf(active().id)).messages.length
      const body = { ...speaker(), body: text('Hi'), reference: 'same' }
      for (const _ of [1, 2])
        await send('POST', `/conversations/${active().id}/messages`, body, { 'idempotency-key': 'same' })
      expect((await truthOf(active().id)).messages).toHaveLength(before + 2)
    })

    it('may be spoken by a flow under the id of the channel', async () => {
      const flow = { participantType: 'flow', participantId: channelId, addMissingParticipants: true }
      const { body } = await post(active(), { ...flow, body: text('Hi') })
      expect(body.sender).toMatchObject({ id: channelId, type: 'flow' })
    })

    it.each([
      ['no speaker', { body: { type: 'text', text: { text: 'Hi' } } }, 'participantType'],
      ['neither body nor template', {}, 'body'],
      ['a body without its type', { body: {} }, 'body.type'],
      ['a body of an unknown type', { body: { type: 'comment', comment: { text: 'psst' } } }, 'body.type'],
      ['a body that says nothing', { body: { type: 'text' } }, 'body.text'],
      [
        'a reply to nothing',
        { body: { type: 'text', text: { text: 'Hi' } }, replyToMessageId: 'x' },
        'replyToMessageId',
      ],
    ])('are refused with %s', async (_, given, place) => {
      const { status, body } = await post(active(), given)
      expect(status).toBe(422)
      expect(body).toMatchObject({ code: 'InvalidPayload', details: { [place]: [expect.any(String)] } })
    })

    it('are refused from somebody who takes no part, unless they are let in', async () => {
      const silent = first(rows.filter(({ status, id }) => status === 'active' && id !== active().id))
      const { people } = await truthOf(silent.id)
      const outsider = people.includes(keyId)
        ? { ...speaker(), participantType: 'flow', participantId: channelId }
        : speaker()
      const alone = { ...outsider, addMissingParticipants: false, body: text('Hi') }
      expect((await post(silent, alone)).status).toBe(422)
      expect((await post(silent, { ...alone, addMissingParticipants: true })).status).toBe(201)
      expect((await truthOf(silent.id)).people).toContain(outsider.participantId)
    })

    it('are refused where the conversation is not active', async () => {
      const { status, body } = await post(closed(), { ...speaker(), body: text('Hi') })
      expect([status, body.code]).toEqual([422, 'InvalidPayload'])
    })

    it('are kept as drafts, changed, and sent when they are drafts no more; then they stay', async () => {
      const { body: draft } = await post(active(), { ...speaker(), body: text('Dear'), draft: true })
      const path = `/conversations/${active().id}/messages/${draft.id}`
      const changed = await send('PATCH', path, { body: text('Dear Ada') })
      expect(changed).toMatchObject({ status: 200, body: { draft: true, body: { text: { text: 'Dear Ada' } } } })
      expect(await send('PATCH', path, { draft: false })).toMatchObject({ status: 200, body: { draft: false } })
      await vi.waitFor(async () => expect((await desk.get(path)).body.status).toBe('sent'))
      expect((await send('PATCH', path, { body: text('Too late') })).status).toBe(422)
      expect((await send('PATCH', path, {})).status).toBe(422)
      expect((await send('PATCH', path, { colour: 'red' })).body.details).toHaveProperty('colour')
    })

    it('are deleted with 204, and what is left says so', async () => {
      const { body } = await post(active(), { ...speaker(), body: text('A slip') })
      const path = `/conversations/${active().id}/messages/${body.id}`
      expect(await send('DELETE', path)).toEqual({ status: 204, body: null })
      expect((await desk.get(path)).body).toMatchObject({ status: 'deleted' })
      expect((await desk.get(path)).body).not.toHaveProperty('body')
      expect((await send('DELETE', `/conversations/${active().id}/messages/none`)).status).toBe(404)
    })

    it('to a contact who is known by a name only are accepted and then fail', async () => {
      const hidden = first(
        rows.filter(
          ({ status, initiatingParticipant: { contact } }) =>
            status === 'active' && contact.identifierKey === 'whatsappusername',
        ),
      )
      const { status, body } = await post(hidden, { ...speaker(), body: text('Hi') })
      expect([status, body.status]).toEqual([201, 'accepted'])
      const path = `/conversations/${hidden.id}/messages/${body.id}`
      await vi.waitFor(async () =>
        expect((await desk.get(path)).body).toMatchObject({ status: 'delivery_failed', reason: expect.any(String) }),
      )
    })
  })

  describe('conversations', () => {
    const create = (body: object) => send('POST', '/conversations', body)

    it('begin with 201, with the key as their initiator and the first message accepted', async () => {
      const initialMessage = { body: text('Welcome'), reference: 'r' }
      const { status, body } = await create({ name: 'New', channelId, participants: [newcomer], initialMessage })
      expect(status).toBe(201)
      expect(body).toMatchObject({
        name: 'New',
        status: 'active',
        initiatingParticipant: { id: keyId, type: 'accessKey' },
        lastMessage: { status: 'accepted', preview: { text: 'Welcome' } },
      })
      expect((await desk.get(`/conversations/${body.id}/messages`)).body.results).toMatchObject([{ reference: 'r' }])
      const value = encodeURIComponent(newcomer.identifierValue)
      const theirs = await desk.get(`/participants/phonenumber/${value}/conversations?channelId=${channelId}`)
      expect(theirs.body.results.map(({ id }: Json) => id)).toEqual([body.id])
      const search = { identifier: { key: newcomer.identifierKey, value: newcomer.identifierValue } }
      expect((await send('POST', '/contacts/search', search)).body.results).toHaveLength(1)
    })

    it.each([
      ['without a name', { name: undefined }, 422],
      ['with six people', { participants: Array(6).fill(newcomer) }, 422],
      ['with somebody who is nobody', { participants: [{ type: 'contact' }] }, 422],
      ['on a channel that is none', { channelId: 'none' }, 404],
      ['with a user that is none', { participants: [{ type: 'user', id: 'none' }] }, 404],
    ])('do not begin %s', async (_, over, status) => {
      const answer = await create({ name: 'New', channelId, participants: [newcomer], ...over })
      expect(answer.status).toBe(status)
    })

    it('are one for a contact on a channel: a second is a 409 that names the first', async () => {
      const { id, initiatingParticipant } = active()
      const { contact } = initiatingParticipant
      const again = await create({ name: 'Again', channelId, participants: [{ type: 'contact', ...contact }] })
      expect(again).toMatchObject({
        status: 409,
        body: { code: 'ContactAlreadyInConversation', details: { conversationId: id } },
      })
    })

    it('change by PATCH, but do not open again beside another one', async () => {
      const path = `/conversations/${active().id}`
      const { status, body } = await send('PATCH', path, { name: 'Better', attributes: { a: '1' } })
      expect([status, body.name, body.attributes]).toEqual([200, 'Better', { a: '1' }])
      expect((await send('PATCH', path, { status: 'snoozed' })).status).toBe(422)
      expect((await send('PATCH', path, { attributes: { a: 1 } })).status).toBe(422)
      const doubled = first(
        rows.filter(
          (row) =>
            row.status === 'closed' &&
            rows.some(
              (one) => one.status === 'active' && one.initiatingParticipant.id === row.initiatingParticipant.id,
            ),
        ),
      )
      expect(await send('PATCH', `/conversations/${doubled.id}`, { status: 'active' })).toMatchObject({
        status: 409,
        body: { code: 'ResourceAlreadyExists' },
      })
    })

    it('are opened again by the delivery of what was sent just before they were closed', async () => {
      const { id, initiatingParticipant } = active()
      const { body } = await post(active(), { ...speaker(), body: text('Goodbye') })
      await vi.waitFor(async () =>
        expect((await desk.get(`/conversations/${id}/messages/${body.id}`)).body.status).toBe('sent'),
      )
      await send('PATCH', `/conversations/${id}`, { status: 'closed' })
      await desk.control('receive', { conversation: id, person: initiatingParticipant.id })
      expect((await desk.get(`/conversations/${id}`)).body.status).toBe('active')
    })

    it('are gone after a DELETE', async () => {
      const path = `/conversations/${active().id}`
      expect((await send('DELETE', path)).status).toBe(204)
      expect((await desk.get(path)).status).toBe(404)
      expect((await send('DELETE', path)).status).toBe(404)
      expect((await conversationsOf(desk)).map(({ id }) => id)).not.toContain(active().id)
    })

    it('tell their subscribers of their beginning, their changes and their end', async () => {
      const hook = await openHook()
      await desk.control('deliver-webhooks-to', { url: hook.url })
      const { body } = await create({ name: 'New', channelId, participants: [newcomer] })
      await send('PATCH', `/conversations/${body.id}`, { name: 'Newer' })
      await send('DELETE', `/conversations/${body.id}`)
      await vi.waitFor(() => expect(hook.deliveries).toHaveLength(3))
      const told = hook.deliveries.map((delivery) => JSON.parse(Buffer.from(delivery.body).toString()))
      expect(told.map(({ service, event, payload }) => [service, event, payload.id])).toEqual(
        ['created', 'updated', 'deleted'].map((event) => ['conversations', `conversation.${event}`, body.id]),
      )
    })
  })

  describe('participants', () => {
    const path = () => `/conversations/${active().id}/participants`

    it('are added with 201, found there with 200, changed and removed', async () => {
      const guest = { type: 'contact', contact: { identifierKey: 'emailaddress', identifierValue: 'g@example.com' } }
      const added = await send('POST', path(), guest)
      expect(added).toMatchObject({ status: 201, body: { type: 'contact', status: 'active' } })
      expect(await send('POST', path(), { ...guest, status: 'pending' })).toEqual({ status: 200, body: added.body })
      const one = `${path()}/${added.body.id}`
      expect(await send('PATCH', one, { status: 'invited' })).toMatchObject({
        status: 200,
        body: { status: 'invited' },
      })
      expect((await send('PATCH', one, { status: 'inactive' })).status).toBe(422)
      const byAddress = `${path()}/emailaddress/g%40example.com`
      expect((await send('PATCH', byAddress, { status: 'active' })).body.status).toBe('active')
      expect((await send('DELETE', one)).status).toBe(204)
      expect((await send('DELETE', one)).status).toBe(404)
    })

    it('may not be removed where a conversation would have no contact any more', async () => {
      const answer = await send('DELETE', `${path()}/${active().initiatingParticipant.id}`)
      expect(answer).toMatchObject({ status: 403, body: { code: 'Forbidden' } })
    })
  })

  describe('uploads', () => {
    const offer = async (contentType = 'image/png') =>
      (await send('POST', `/conversations/${active().id}/presigned-upload`, { contentType })).body
    const put = (place: Json, over: { content?: string; fields?: object; headers?: HeadersInit } = {}) => {
      const form = new FormData()
      for (const [name, value] of Object.entries({ ...place.uploadFormData, ...over.fields }))
        form.set(name, String(value))
      form.set('file', new File([over.content ?? 'pixels'], 'a.png'))
      return fetch(place.uploadUrl, { method: 'POST', body: form, headers: over.headers ?? {} })
    }

    it('are taken with 204 without a key, and shown with the key only', async () => {
      const place = await offer()
      expect((await put(place)).status).toBe(204)
      expect((await fetch(place.mediaUrl)).status).toBe(401)
      const headers = { authorization: `AccessKey ${desk.settings.accessKey}` }
      const answer = await fetch(place.mediaUrl, { headers })
      expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['image/png', 'pixels'])
    })

    it('are refused with another form than was signed, and with a second credential', async () => {
      const place = await offer()
      expect((await put(place, { fields: { Policy: 'mine' } })).status).toBe(403)
      const refusal = await put(place, { headers: { authorization: `AccessKey ${desk.settings.accessKey}` } })
      expect([refusal.status, await refusal.text()]).toEqual([400, expect.stringContaining('InvalidArgument')])
    })

    it('are refused above the limit, as the storage refuses it', async () => {
      desk = await openDesk({ maxUploadBytes: 5 })
      const refusal = await put(await offer())
      expect([refusal.status, await refusal.text()]).toEqual([400, expect.stringContaining('EntityTooLarge')])
    })

    it('need a type', async () => {
      const path = `/conversations/${active().id}/presigned-upload`
      expect((await send('POST', path, {})).status).toBe(422)
    })
  })

  it('needs a key, also for writing', async () => {
    const answer = await send('POST', '/conversations', { name: 'x' }, { authorization: 'AccessKey wrong' })
    expect(answer).toMatchObject({ status: 401, body: { code: 'Unauthorized' } })
  })

  describe.skipIf(!hasBirdData)(
    'held against the documents (skipped where ../shared/providers/data/bird is absent)',
    () => {
      it('answers every write as its schema says', async () => {
        desk = await openDesk({ shape: 'schema' })
        const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }))
        ajv.addSchema(birdDocument('openapi/reconstructed.json'), 'reconstructed')
        const expectValid = (method: string, route: string, { status, body }: { status: number; body: Json }) => {
          const pointer = [
            'paths',
            `/workspaces/{workspaceId}${route}`,
            method.toLowerCase(),
            'responses',
            String(status),
          ]
          const path = [...pointer, 'content', 'application/json', 'schema']
            .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
            .join('/')
          const validate = ajv.compile({ $ref: `reconstructed#/${path}` })
          validate(body)
          expect(validate.errors, `${method} ${route} ${status}`).toBeNull()
        }
        const one = '/conversations/{conversationId}'
        const here = `/conversations/${active().id}`
        const people = `${one}/participants`
        const created = await send('POST', '/conversations', { name: 'New', channelId, participants: [newcomer] })
        expectValid('POST', '/conversations', created)
        const twice = await send('POST', '/conversations', { name: 'New', channelId, participants: [newcomer] })
        expectValid('POST', '/conversations', twice)
        expectValid('POST', '/conversations', await send('POST', '/conversations', {}))
        expectValid('PATCH', one, await send('PATCH', here, { attributes: { a: '1' } }))
        expectValid('PATCH', one, await send('PATCH', here, { status: 'no' }))
        const draft = await post(active(), { ...speaker(), body: text('Hi'), draft: true })
        expectValid('POST', `${one}/messages`, draft)
        expectValid('POST', `${one}/messages`, await post(closed(), { ...speaker(), body: text('Hi') }))
        const path = `${here}/messages/${draft.body.id}`
        expectValid('PATCH', `${one}/messages/{messageId}`, await send('PATCH', path, { body: text('Ho') }))
        const upload = await send('POST', `${here}/presigned-upload`, { contentType: 'image/png' })
        expectValid('POST', `${one}/presigned-upload`, upload)
        const guest = { type: 'contact', contact: { identifierKey: 'emailaddress', identifierValue: 'g@example.com' } }
        const added = await send('POST', `${here}/participants`, guest)
        expectValid('POST', people, added)
        expectValid('POST', people, await send('POST', `${here}/participants`, guest))
        const changed = await send('PATCH', `${here}/participants/${added.body.id}`, { status: 'pending' })
        expectValid('PATCH', `${people}/{conversationParticipantId}`, changed)
        const conversational = await send('PATCH', `/channels/${channelId}/conversational`, { status: 'active' })
        expectValid('PATCH', '/channels/{channelId}/conversational', conversational)
      })

      it('takes the requests that the documents print', async () => {
        const email = (await onPlatform(desk, 'email', await conversationsOf(desk))).find(
          ({ status }) => status === 'active',
        )
        const printed = birdDocument('examples/create-conversation.request.json')
        const begun = await send('POST', '/conversations', { ...printed, channelId: email?.channelId })
        expect(begun.status).toBe(201)
        const { simple, template } = birdDocument('examples/create-conversation-message.requests.json')
        for (const body of [simple, template]) {
          const path = `/conversations/${begun.body.id}/messages`
          expect((await send('POST', path, { ...body, participantId: keyId })).status).toBe(201)
        }
        const { request } = birdDocument('examples/add-participant.json')
        expect((await send('POST', `/conversations/${email?.id}/participants`, request)).status).toBe(201)
      })
    },
  )
})

function first<T>([one]: readonly T[]): T {
  if (one === undefined) throw new Error('there is none')
  return one
}
