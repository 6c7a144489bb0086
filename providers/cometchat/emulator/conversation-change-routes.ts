import { Hono } from 'hono'
import type { Acts } from './acts.ts'
import { readBody, readTags } from './body.ts'
import { toConversation } from './conversation-shapes.ts'
import { type Desk, requireViewer, type Vars } from './desk.ts'
import type { Conversation, Side } from './entities.ts'
import { invalid, Refusal } from './refusal.ts'

/** Tagging conversations and deleting them, which "reset" really means. */
export function conversationChangeRoutes(desk: Desk, acts: Acts): Hono<Vars> {
  const routes = new Hono<Vars>()

  for (const place of ['users', 'groups'] as const) {
    routes.put(`/${place}/:id/conversation`, async (context) => {
      const side = desk.side(requireViewer(context), desk.counterpart(place, context.req.param('id')))
      const tags = readTags(await readBody(context))
      if (tags === null) throw invalid('tags', 'The tags are required.')
      side.tags = tags
      side.updatedAt = acts.now()
      return context.json({ data: toConversation(side, { withTags: true }) })
    })

    routes.delete(`/${place}/:id/conversation`, async (context) => {
      const side = desk.side(requireViewer(context), desk.counterpart(place, context.req.param('id')))
      const { deleteMessagesPermanently } = await readBody(context)
      if (deleteMessagesPermanently === true) empty(desk, side.conversation)
      else clear(side)
      const { conversation, user } = side
      const message = `The conversation ${conversation.id} has been deleted successfully for UID ${user.uid}.`
      return context.json({ data: { success: true, message } })
    })
  }

  routes.delete('/conversations/:id', (context) => {
    const viewer = requireViewer(context)
    const id = context.req.param('id')
    const conversation = desk.state.conversations.get(id)
    if (!conversation?.sides.has(viewer.uid))
      throw new Refusal('ERR_CONVERSATION_NOT_FOUND', `The conversation with ID ${id} does not exist.`)
    clearForAll(conversation)
    const message = `The conversation ${id} has been deleted successfully for all the users.`
    return context.json({ data: { success: true, message } })
  })

  return routes
}

/** Gone for this person; the next message brings it back, without what was before. */
function clear(side: Side): void {
  side.clearedUpTo = side.conversation.messages.at(-1)?.id ?? side.latest.id
}

function clearForAll({ sides }: Conversation): void {
  for (const side of sides.values()) clear(side)
}

/** Nothing of it is left for anybody. */
function empty(desk: Desk, conversation: Conversation): void {
  clearForAll(conversation)
  for (const message of [...conversation.messages]) desk.state.erase(message)
}
