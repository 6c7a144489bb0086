import { Hono } from 'hono'
import type { Acts } from './acts.ts'
import { readBody, readMessageId } from './body.ts'
import { type Desk, requireViewer, type Vars } from './desk.ts'
import { counterpart, isGroup, type Side } from './entities.ts'
import { UserMeters } from './rate-meter.ts'
import type { ReceiptKind } from './receipts.ts'
import { invalid, Refusal } from './refusal.ts'

const UNREAD_MARKS_PER_MINUTE = 5

/** Read, delivered and unread, told by the reader; with a message it is a watermark, without one it is everything. */
export function markRoutes(desk: Desk, acts: Acts): Hono<Vars> {
  const routes = new Hono<Vars>()
  const meters = new UserMeters(UNREAD_MARKS_PER_MINUTE)

  for (const place of ['users', 'groups'] as const) {
    for (const kind of ['read', 'delivered'] as const) {
      routes.post(`/${place}/:id/conversation/${kind}`, async (context) => {
        const side = desk.side(requireViewer(context), desk.counterpart(place, context.req.param('id')))
        const upTo = readMessageId(await readBody(context))
        refuseForeign(side, upTo)
        acts.markOverRest(kind, side, upTo)
        return context.json({ data: acknowledgement(side, kind) })
      })
    }

    routes.delete(`/${place}/:id/conversation/read`, async (context) => {
      const viewer = requireViewer(context)
      const side = desk.side(viewer, desk.counterpart(place, context.req.param('id')))
      const from = readMessageId(await readBody(context))
      if (from === null) throw invalid('messageId', 'The messageId is required.')
      refuseForeign(side, from)
      meters.take(viewer.uid)
      side.read.moveBack(from - 1)
      return context.json({ data: { success: true, message: `The messages from ${from} on are marked as unread.` } })
    })
  }

  return routes
}

function refuseForeign(side: Side, id: number | null): void {
  if (id !== null && !side.conversation.messages.some((message) => message.id === id))
    throw new Refusal('ERR_MESSAGE_ID_NOT_FOUND', `The message with ID ${id} does not exist in this conversation.`)
}

/** The two calls of 1-1 conversations spell the key with a capital. */
function acknowledgement(side: Side, kind: ReceiptKind): object {
  const other = counterpart(side)
  const reader = `marked as ${kind} for the user ${side.user.uid}.`
  return isGroup(other)
    ? { success: true, message: `All the messages in group ${other.guid} are ${reader}` }
    : { success: true, Message: `All the messages from the user ${other.uid} are ${reader}` }
}
