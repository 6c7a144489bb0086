import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { type Bot, type Conversation, type Inbox, isRecord, type Json, type User } from '../records.ts'
import { ACCOUNT_ID, type AccountState, FOREIGN_ACCOUNT_ID } from '../state.ts'
import { readForm } from './form-body.ts'
import { badRequest, noSuchRecord, notAllowed, serverError, signInFirst, unauthorized } from './refusal.ts'

/** Who asks, found by token. */
export type Caller = { readonly user: User; readonly bot: null } | { readonly user: null; readonly bot: Bot }

/** One request to an endpoint of the account. */
export interface Visit {
  readonly caller: Caller
  readonly userId: number | null
  readonly isAdministrator: boolean
  readonly query: URLSearchParams
  readonly body: Json
  readonly context: Context
}

/** Makes a handler of what an endpoint answers to somebody who may come in. Bots are let in to a few endpoints only. */
export function endpoint(
  account: AccountState,
  answer: (visit: Visit) => unknown,
  { bots = false, scope = 'account' }: { readonly bots?: boolean; readonly scope?: 'account' | 'profile' } = {},
) {
  return async (context: Context): Promise<Response> => {
    const body = context.req.method === 'GET' ? {} : await readBody(context)
    const caller = authenticate(account, context.req.raw.headers)
    if (caller.bot !== null && !bots) throw unauthorized('Access to this endpoint is not authorized for bots')
    if (scope === 'account') enterAccount(caller, context.req.param('account'))
    const isAdministrator = caller.user?.role === 'administrator'
    const query = new URL(context.req.url).searchParams
    const visit = { caller, userId: caller.user?.id ?? null, isAdministrator, query, body, context }
    return answerJson(context, await answer(visit))
  }
}

export function seesInbox(visit: Visit, inbox: Inbox): boolean {
  return visit.caller.bot !== null || visit.isAdministrator || inbox.memberIds.includes(visit.caller.user.id)
}

/** The conversation of the path, where the caller may see it: through its inbox or its team. */
export function visitedConversation(account: AccountState, visit: Visit): Conversation {
  const conversation = account.conversation(pathNumber(visit, 'conversation'))
  if (conversation === undefined) throw noSuchRecord()
  const team = account.team(conversation.teamId)
  const isInTeam = visit.userId !== null && team?.memberIds.includes(visit.userId)
  if (!isInTeam && !seesInbox(visit, account.inboxOf(conversation))) throw notAllowed()
  return conversation
}

/** The number that a path names; -1, which nothing has, for anything else. */
export function pathNumber(visit: Visit, name: string): number {
  const text = visit.context.req.param(name) ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : -1
}

/** Page numbers begin with 1; zero, negative and text mean 1, and a number beyond 64 bits breaks the server. */
export function pageOf(query: URLSearchParams): number {
  const text = query.get('page') ?? '1'
  if (!/^\d+$/.test(text)) return 1
  if (BigInt(text) >= 2n ** 63n) throw serverError()
  return Math.max(1, Number(text))
}

export function pageSlice<T>(items: readonly T[], page: number, size: number): readonly T[] {
  return items.slice((page - 1) * size, page * size)
}

export async function readBody(context: Context): Promise<Json> {
  if (context.req.header('content-type')?.startsWith('multipart/form-data'))
    return readForm(await context.req.formData())
  const text = await context.req.text()
  if (text === '') return {}
  const read = parseJson(text)
  return isRecord(read) ? read : {}
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest()
  }
}

/** Underscores and dashes are the same header to the server. */
function authenticate(account: AccountState, headers: Headers): Caller {
  const token = headers.get('api-access-token') ?? headers.get('api_access_token') ?? ''
  if (token === '') throw signInFirst()
  const user = account.users.find((one) => one.token === token) ?? account.strangers.find((one) => one.token === token)
  if (user !== undefined) return { user, bot: null }
  const bot = account.bots.find((one) => one.token === token)
  if (bot !== undefined) return { user: null, bot }
  throw unauthorized('Invalid Access Token')
}

function enterAccount(caller: Caller, name: string | undefined): void {
  const asked = Number(name)
  if (asked !== ACCOUNT_ID && asked !== FOREIGN_ACCOUNT_ID) throw noSuchRecord()
  const own = caller.user?.accountId ?? ACCOUNT_ID
  if (asked !== own) throw unauthorized('You are not authorized to access this account')
}

/** Every success carries a weak tag; a GET that names it again gets 304 and no body. */
export function answerJson(context: Context, body: unknown): Response {
  if (body === undefined)
    return context.body('', 200, { 'cache-control': 'no-cache', 'content-type': 'application/json' })
  const text = JSON.stringify(body)
  const etag = `W/"${createHash('md5').update(text).digest('hex')}"`
  const headers = { etag, 'cache-control': 'max-age=0, private, must-revalidate' }
  const isKnown = context.req.method === 'GET' && context.req.header('if-none-match') === etag
  if (isKnown) return context.body(null, 304, headers)
  return context.body(text, 200, { ...headers, 'content-type': 'application/json; charset=utf-8' })
}
