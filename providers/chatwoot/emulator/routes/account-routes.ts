import { Hono } from 'hono'
import { SHOP } from '../../../kit/emulator/index.ts'
import { WEBHOOK_SECRET } from '../hooks.ts'
import { fullInbox } from '../inbox-form.ts'
import type { Inbox, Json, Team, User } from '../records.ts'
import { restAgent, restBot, restLabel, restTeam } from '../rest-form.ts'
import { ACCOUNT_ID, type AccountState } from '../state.ts'
import { endpoint, pathNumber, seesInbox, type Visit } from './endpoint.ts'
import { noSuchRecord, notAllowed } from './refusal.ts'

/** What the account is made of: its people, inboxes, teams, labels and webhooks. None of it comes in pages. */
export function accountRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.get(
    '/agents',
    endpoint(account, () => account.users.map(restAgent)),
  )
  routes.get(
    '/agent_bots',
    endpoint(account, () => account.bots.map(restBot)),
  )
  routes.get(
    '/assignable_agents',
    endpoint(account, (visit) => ({ payload: assignableAgents(account, visit.query).map(restAgent) })),
  )
  routes.get(
    '/labels',
    endpoint(account, () => ({ payload: account.labels.toSorted(byTitle).map(restLabel) })),
  )
  routes.get(
    '/webhooks',
    endpoint(account, (visit) => listWebhooks(visit)),
  )
  return routes
}

export function inboxRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.get(
    '/inboxes',
    endpoint(account, (visit) => ({
      payload: account.inboxes.filter((inbox) => seesInbox(visit, inbox)).map((inbox) => fullInbox(inbox, visit)),
    })),
  )
  routes.get(
    '/inboxes/:inbox',
    endpoint(account, (visit) => fullInbox(visitedInbox(account, visit), visit)),
  )
  routes.get(
    '/inbox_members/:inbox',
    endpoint(account, (visit) => ({
      payload: members(account, visitedInbox(account, visit).memberIds).map(restAgent),
    })),
  )
  return routes
}

export function teamRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.get(
    '/',
    endpoint(account, (visit) => account.teams.map((team) => restTeam(team, visit))),
  )
  routes.get(
    '/:team',
    endpoint(account, (visit) => restTeam(visitedTeam(account, visit), visit)),
  )
  routes.get(
    '/:team/team_members',
    endpoint(account, (visit) => members(account, visitedTeam(account, visit).memberIds).map(restAgent)),
  )
  return routes
}

/** Who one is, with the own token and the name of the own socket stream. */
export function profileRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.get(
    '/',
    endpoint(account, ({ caller }) => (caller.user === null ? null : profile(caller.user)), { scope: 'profile' }),
  )
  return routes
}

function profile(user: User): Json {
  return {
    access_token: user.token,
    account_id: user.accountId,
    available_name: user.name,
    avatar_url: '',
    confirmed: true,
    display_name: null,
    message_signature: null,
    email: user.email,
    id: user.id,
    inviter_id: null,
    name: user.name,
    provider: 'email',
    pubsub_token: user.pubsubToken,
    role: user.role,
    ui_settings: {},
    uid: user.email,
    type: null,
    accounts: [membership(user)],
  }
}

function membership(user: User): Json {
  return {
    id: user.accountId,
    name: user.accountId === ACCOUNT_ID ? SHOP : 'Harbour Records',
    status: 'active',
    onboarding_step: null,
    active_at: null,
    role: user.role,
    permissions: [user.role],
    availability: 'online',
    availability_status: user.availability,
    auto_offline: true,
  }
}

/** Administrators, and who is a member of every inbox asked for. */
function assignableAgents(account: AccountState, query: URLSearchParams): readonly User[] {
  const inboxes = query.getAll('inbox_ids[]').map((id) => account.inboxes.find((inbox) => inbox.id === Number(id)))
  return account.users.filter(({ id, role }) =>
    inboxes.every((inbox) => {
      if (inbox === undefined) throw noSuchRecord()
      return role === 'administrator' || inbox.memberIds.includes(id)
    }),
  )
}

function listWebhooks(visit: Visit): Json {
  if (!visit.isAdministrator) throw notAllowed()
  return { payload: { webhooks: [ACCOUNT_HOOK] } }
}

function visitedInbox(account: AccountState, visit: Visit): Inbox {
  const inbox = account.inboxes.find(({ id }) => id === pathNumber(visit, 'inbox'))
  if (inbox === undefined) throw noSuchRecord()
  if (!seesInbox(visit, inbox)) throw notAllowed()
  return inbox
}

function visitedTeam(account: AccountState, visit: Visit): Team {
  const team = account.team(pathNumber(visit, 'team'))
  if (team === undefined) throw noSuchRecord()
  return team
}

function members(account: AccountState, ids: readonly number[]): readonly User[] {
  return account.users.filter(({ id }) => ids.includes(id))
}

function byTitle(one: { readonly title: string }, other: { readonly title: string }): number {
  return one.title < other.title ? -1 : 1
}

/** The one account webhook. Where it really goes is up to the control routes. */
const ACCOUNT_HOOK: Json = {
  id: 6,
  name: 'gateway',
  url: 'https://gateway.books.example/chatwoot',
  account_id: ACCOUNT_ID,
  subscriptions: [
    ...['conversation_created', 'conversation_status_changed', 'conversation_updated'],
    ...['message_created', 'message_updated', 'webwidget_triggered', 'contact_created', 'contact_updated'],
    ...['conversation_typing_on', 'conversation_typing_off'],
  ],
  secret: WEBHOOK_SECRET,
}
