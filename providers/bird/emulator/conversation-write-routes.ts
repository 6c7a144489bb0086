import { type Context, Hono } from 'hono'
import { type Answers, askedConversation } from './answers.ts'
import { toConversation } from './conversation-shape.ts'
import { readActor, readContent, readRecipients } from './drafting.ts'
import { Payload } from './payload.ts'
import type { Actor, Channel, Conversation, JsonObject } from './records.ts'
import { found, invalid, Refusal } from './refusal.ts'

const MAX_PARTICIPANTS = 5
const VISIBILITIES = ['public', 'private'] as const
const ACCESSIBILITIES = ['open', 'invite-only', 'request-to-join', 'private'] as const
const STYLES = ['default', 'directMessage', 'chatChannel', 'personalInbox', 'support'] as const

/** Making, changing and deleting conversations. */
export function conversationWriteRoutes(answers: Answers): Hono {
  const { deeds, view } = answers
  const routes = new Hono()

  routes.post('/conversations', async (context) => {
    const payload = await Payload.of(context)
    const conversation = readConversation(payload, answers)
    const first = payload.object('initialMessage')
    const content = first === null ? null : { ...readContent(first), recipients: readRecipients(first, deeds) }
    deeds.open(conversation)
    const [sender] = conversation.members
    if (content !== null && sender !== undefined) deeds.post(conversation, { sender, replyTo: null, ...content })
    return context.json(toConversation(view(), conversation), 201)
  })
  routes.patch('/conversations/:conversation', async (context) => {
    const conversation = askedConversation(answers, context)
    deeds.update(conversation, readChange(await Payload.of(context), conversation))
    return context.json(toConversation(view(), conversation))
  })
  routes.delete('/conversations/:conversation', (context) => {
    deeds.remove(askedConversation(answers, context))
    return context.body(null, 204)
  })
  routes.patch('/channels/:channel/conversational', async (context) => {
    askedChannel(answers, context.req.param('channel'))
    const status = (await Payload.of(context)).requiredText('status')
    return context.json({ status })
  })
  routes.post('/conversations/:conversation/presigned-upload', async (context) => offerPlace(answers, context))
  return routes
}

async function offerPlace(answers: Answers, context: Context): Promise<Response> {
  const { workspace, storage, view, deeds } = answers
  const conversation = askedConversation(answers, context)
  const payload = await Payload.of(context)
  const contentType = payload.requiredText('contentType')
  if (contentType === '') throw payload.wrong('contentType', 'is required')
  const path = `/workspaces/${workspace.id}/conversations/${conversation.id}/media`
  return context.json({ ...storage.offer(deeds.nextId, path, contentType, view().origin) })
}

/** The key that makes it is its first participant. */
function readConversation(payload: Payload, answers: Answers): Conversation {
  const { deeds, workspace } = answers
  const name = payload.requiredText('name')
  const channel = askedChannel(answers, payload.requiredText('channelId'))
  const listed = payload.list('participants')
  if (listed.length > MAX_PARTICIPANTS) throw invalid({ participants: [`must not be more than ${MAX_PARTICIPANTS}`] })
  const people = listed.map((one) => readActor(one, deeds))
  const key = found(workspace.actors.find(({ type }) => type === 'accessKey'))
  refuseSecond(answers, channel, people)
  const conversation = { ...blank(channel, people), ...readManner(payload), id: deeds.nextId, name }
  for (const actor of [key, ...people]) deeds.join(conversation, actor, 'active')
  return { ...conversation, featuredCount: conversation.members.length, createdAt: deeds.now, updatedAt: deeds.now }
}

function blank(channel: Channel, people: readonly Actor[]): Omit<Conversation, 'id' | 'name'> {
  const contacts = people.filter(({ type }) => type === 'contact')
  const direct = channel.platform === 'email' ? 'email' : 'direct'
  return {
    channel,
    description: '',
    status: 'active',
    reopened: false,
    closedAt: null,
    visibility: 'public',
    accessibility: 'open',
    style: 'default',
    platformStyle: contacts.length > 1 ? 'group-multiple' : direct,
    members: [],
    featuredCount: 0,
    tellsLastTimes: true,
    extras: {},
    marks: {},
    messages: [],
    createdAt: new Date(0),
    updatedAt: new Date(0),
  }
}

function readManner(payload: Payload): Partial<Conversation> {
  const attributes = payload.json('attributes')
  const [visibility, style] = [payload.oneOf('visibility', VISIBILITIES), payload.oneOf('style', STYLES)]
  const accessibility = payload.oneOf('accessibility', ACCESSIBILITIES)
  return {
    description: payload.text('description') ?? '',
    ...(visibility && { visibility }),
    ...(accessibility && { accessibility }),
    ...(style && { style }),
    ...(attributes && { extras: { attributes } }),
  }
}

function refuseSecond({ deeds }: Answers, channel: Channel, people: readonly Actor[]): void {
  const active = deeds.activeAmong(channel.id, people)
  if (active === undefined) return
  const details = { conversationId: active.id }
  throw new Refusal(409, 'ContactAlreadyInConversation', 'The contact is in an active conversation already', details)
}

function askedChannel({ workspace }: Answers, id: string): Channel {
  return found(workspace.channels.find((channel) => channel.id === id))
}

/** The attributes that are given are all that are left. */
function readChange(payload: Payload, { extras }: Conversation): Partial<Conversation> {
  const status = payload.oneOf('status', ['active', 'closed'])
  const [name, description] = [payload.text('name'), payload.text('description')]
  const visibility = payload.oneOf('visibility', VISIBILITIES)
  const accessibility = payload.oneOf('accessibility', ACCESSIBILITIES)
  const attributes = readAttributes(payload)
  return {
    ...(status && { status }),
    ...(name !== null && { name }),
    ...(description !== null && { description }),
    ...(visibility && { visibility }),
    ...(accessibility && { accessibility }),
    ...(attributes && { extras: { ...extras, attributes } }),
  }
}

/** A map of texts. */
function readAttributes(payload: Payload): JsonObject | null {
  const attributes = payload.object('attributes')
  return attributes && Object.fromEntries(attributes.keys().map((key) => [key, attributes.requiredText(key)]))
}
