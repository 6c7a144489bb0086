import { Hono } from 'hono'
import {
  assignBot,
  assignTeam,
  assignUser,
  changeStatus,
  type Deed,
  leaveTeam,
  setLabels,
  setPriority,
  unassign,
} from '../conversation-acts.ts'
import { markUnread, seeAsAgent } from '../receipts.ts'
import {
  type Actor,
  type Conversation,
  isRecord,
  type Json,
  type Priority,
  type Status,
  type User,
} from '../records.ts'
import { restAgent, restConversation, slimBot } from '../rest-form.ts'
import { update } from '../rules.ts'
import { ACCOUNT_ID, type AccountState } from '../state.ts'
import { type Instant, toIso, toIsoOrNull } from '../time.ts'
import { endpoint, type Visit, visitedConversation } from './endpoint.ts'
import { notAllowed, serverError } from './refusal.ts'

const BOTS_TOO = { bots: true }

/** What agents do to a conversation, other than writing in it. */
export function conversationActRoutes(account: AccountState): Hono {
  const routes = new Hono()
  const act = (answer: (visit: Visit, conversation: Conversation, deed: Deed) => unknown, options = {}) =>
    endpoint(
      account,
      (visit) => {
        const conversation = visitedConversation(account, visit)
        return answer(visit, conversation, { account, by: visit.caller.user ?? visit.caller.bot, at: account.now() })
      },
      options,
    )
  const shown = (visit: Visit, conversation: Conversation) => restConversation(account, conversation, visit)

  routes.patch(
    '/',
    act((visit, conversation, deed) => {
      if ('priority' in visit.body) setPriority(deed, conversation, readPriority(visit.body.priority))
      return shown(visit, conversation)
    }, BOTS_TOO),
  )
  routes.post('/toggle_status', act(toggleStatus, BOTS_TOO))
  routes.post(
    '/toggle_priority',
    act(({ body }, conversation, deed) => setPriority(deed, conversation, readPriority(body.priority)), BOTS_TOO),
  )
  routes.post('/assignments', act(assign, BOTS_TOO))
  routes.post('/labels', act(replaceLabels, BOTS_TOO))
  routes.post('/custom_attributes', act(replaceAttributes, BOTS_TOO))
  routes.delete('/', act(deleteConversation))
  routes.post('/participants', act(addParticipants))
  routes.patch('/participants', act(setParticipants))
  routes.delete('/participants', act(removeParticipants))
  routes.post('/toggle_typing_status', act(toggleTyping, BOTS_TOO))
  routes.post(
    '/update_last_seen',
    act((visit, conversation, { at }) => {
      if (visit.caller.user !== null) seeAsAgent(conversation, visit.caller.user, at)
      return shown(visit, conversation)
    }),
  )
  routes.post(
    '/unread',
    act((visit, conversation) => {
      markUnread(conversation)
      return shown(visit, conversation)
    }),
  )
  return routes
}

/** Without a status open becomes resolved and all else open. An agent who opens one becomes its assignee. */
function toggleStatus({ body, caller, isAdministrator }: Visit, conversation: Conversation, deed: Deed): Json {
  const opensPending = caller.bot !== null && conversation.status === 'pending' && body.status === 'open'
  const next = readStatus(body.status ?? (conversation.status === 'open' ? 'resolved' : 'open'))
  changeStatus(deed, conversation, next, readEpoch(body.snoozed_until))
  const isOthers = caller.user !== null && conversation.assigneeId !== caller.user.id
  if (caller.user !== null && isOthers && next === 'open' && !isAdministrator)
    assignUser(deed, conversation, caller.user)
  return {
    payload: {
      success: opensPending ? null : true,
      conversation_id: conversation.id,
      current_status: conversation.status,
      snoozed_until: toIsoOrNull(conversation.snoozedUntil),
    },
  }
}

/** An unknown id unassigns; a person without the inbox is taken. */
function assign({ body }: Visit, conversation: Conversation, deed: Deed): Json | null {
  const { account } = deed
  if ('team_id' in body) return assignToTeam(Number(body.team_id), conversation, deed)
  if (!('assignee_id' in body)) return null
  const bot = body.assignee_type === 'AgentBot' ? account.bot(Number(body.assignee_id)) : undefined
  const user = body.assignee_type === 'AgentBot' ? undefined : account.user(Number(body.assignee_id))
  if (bot !== undefined) assignBot(deed, conversation, bot)
  else if (user !== undefined) assignUser(deed, conversation, user)
  else unassign(deed, conversation)
  if (bot !== undefined) return slimBot(bot)
  return user === undefined ? null : restAgent(user)
}

function assignToTeam(id: number, conversation: Conversation, deed: Deed): Json | null {
  const team = deed.account.team(id)
  if (team === undefined) {
    leaveTeam(deed, conversation)
    return null
  }
  assignTeam(deed, conversation, team)
  const { name, description } = team
  const made = toIso(conversation.createdAt)
  return { id, name, description, allow_auto_assign: false, account_id: ACCOUNT_ID, created_at: made, updated_at: made }
}

/** The whole set, its case folded; anything but a list clears it. */
function replaceLabels({ body }: Visit, conversation: Conversation, deed: Deed): Json {
  const labels = Array.isArray(body.labels) ? body.labels.map((label) => String(label).toLowerCase()) : []
  setLabels(deed, conversation, [...new Set(labels)])
  return { payload: conversation.labels }
}

/** Any other word is taken without a word. */
function toggleTyping({ body, caller }: Visit, conversation: Conversation, { account }: Deed): void {
  const word = body.typing_status
  if (word !== 'on' && word !== 'off') return
  const typist: Actor = caller.user === null ? { kind: 'bot', id: caller.bot.id } : { kind: 'user', id: caller.user.id }
  const isPrivate = body.is_private === true || body.is_private === 'true'
  account.tell({ name: `conversation_typing_${word}`, conversation, typist, isPrivate })
}

function replaceAttributes({ body }: Visit, conversation: Conversation, { account, at }: Deed): Json {
  if (!isRecord(body.custom_attributes)) throw serverError()
  update(account, conversation, { custom: body.custom_attributes }, at)
  return { custom_attributes: conversation.custom }
}

/** No webhook and no frame tells of it. */
function deleteConversation({ isAdministrator }: Visit, conversation: Conversation, { account }: Deed): void {
  if (!isAdministrator) throw notAllowed()
  account.removeConversation(conversation)
}

/** Answers the new ones, with those who cannot see the inbox and are not stored. */
function addParticipants({ body }: Visit, conversation: Conversation, { account }: Deed): readonly Json[] {
  const added = namedUsers(account, body).filter(({ id }) => !conversation.participantIds.has(id))
  for (const user of added.filter((one) => maySee(account, conversation, one))) conversation.participantIds.add(user.id)
  return added.map(restAgent)
}

function setParticipants({ body }: Visit, conversation: Conversation, { account }: Deed): readonly Json[] {
  const wanted = namedUsers(account, body)
  conversation.participantIds.clear()
  for (const user of wanted.filter((one) => maySee(account, conversation, one)))
    conversation.participantIds.add(user.id)
  return wanted.map(restAgent)
}

function removeParticipants({ body }: Visit, conversation: Conversation, { account }: Deed): void {
  for (const { id } of namedUsers(account, body)) conversation.participantIds.delete(id)
}

function namedUsers(account: AccountState, { user_ids: ids }: Json): readonly User[] {
  return Array.isArray(ids) ? ids.map((id) => account.user(Number(id)) ?? fail()) : fail()
}

function maySee(account: AccountState, conversation: Conversation, { id, role }: User): boolean {
  return role === 'administrator' || account.inboxOf(conversation).memberIds.includes(id)
}

export function readStatus(value: unknown): Status {
  if (value === 'open' || value === 'resolved' || value === 'pending' || value === 'snoozed') return value
  return fail()
}

function readPriority(value: unknown): Priority | null {
  if (value === undefined || value === null || value === '') return null
  if (value === 'low' || value === 'medium' || value === 'high' || value === 'urgent') return value
  return fail()
}

function readEpoch(value: unknown): Instant | null {
  if (value === undefined || value === null || value === '') return null
  return /^\d+$/.test(String(value)) ? Number(value) * 1_000 : fail()
}

function fail(): never {
  throw serverError()
}
