import { type Context, Hono } from 'hono'
import { readSigned, temporaryLink } from '../file-links.ts'
import type { StoredFile } from '../records.ts'
import type { AccountState } from '../state.ts'
import { answerUnknownRoute } from './refusal.ts'

/** Files: links that redirect for ever, without a token, to links that work for five minutes. */
export function fileRoutes(account: AccountState): Hono {
  const routes = new Hono()
  const redirect = (context: Context): Response => {
    const file = fileOf(account, context)
    if (file === undefined) return answerUnknownRoute(context)
    const headers = { 'cache-control': 'max-age=300, private', 'content-type': 'text/html; charset=utf-8' }
    return context.body('', 302, { ...headers, location: temporaryLink(account.baseUrl, file) })
  }
  routes.get('/blobs/redirect/:signed/:name', redirect)
  routes.get('/representations/redirect/:signed/:shape/:name', redirect)
  routes.get('/disk/:signed/:name', (context) => {
    const file = fileOf(account, context)
    if (file === undefined) return answerUnknownRoute(context)
    return context.body(new Uint8Array(file.content), 200, { 'content-type': file.contentType })
  })
  return routes
}

function fileOf(account: AccountState, context: Context): StoredFile | undefined {
  const id = readSigned(context.req.param('signed') ?? '')
  return id === null ? undefined : account.files.get(id)
}
