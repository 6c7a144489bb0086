import { createServer } from 'node:http'
import { Pool } from 'undici'

/**
 * What somebody would write who wanted this one page and nothing else: node:http, undici, three requests, one merge. It knows
 * the three vendors' fields by heart, checks nothing, and cannot page.
 */
const settings = JSON.parse(process.argv[2] ?? '{}')

const cometchat = new Pool(new URL(settings.cometchat.baseUrl).origin, { connections: 32 })
const chatwoot = new Pool(settings.chatwoot.baseUrl, { connections: 16 })
const bird = new Pool(settings.bird.baseUrl, { connections: 16 })

async function read(pool: Pool, path: string, headers: Record<string, string>): Promise<any> {
  const { body } = await pool.request({ method: 'GET', path, headers: { accept: 'application/json', ...headers } })
  return body.json()
}

const time = (seconds: number) => new Date(seconds * 1000).toISOString()

function fromCometChat(row: any) {
  const { lastMessage, conversationWith, conversationType } = row
  const sender = lastMessage?.data?.entities?.sender?.entity
  const isDirect = conversationType === 'user'
  return {
    provider: 'COMETCHAT',
    externalId: row.conversationId,
    title: conversationWith.name ?? null,
    status: null,
    lastActivityAt: time(lastMessage?.sentAt ?? row.updatedAt),
    unreadCount: Number(row.unreadMessageCount ?? 0),
    lastMessage: lastMessage
      ? {
          text: lastMessage.data?.text ?? null,
          createdAt: time(lastMessage.sentAt),
          sender: sender ? { displayName: sender.name } : null,
        }
      : null,
    participants: isDirect ? [{ displayName: conversationWith.name, avatarUrl: conversationWith.avatar ?? null }] : [],
    key: row.updatedAt * 1000,
  }
}

function fromChatwoot(row: any) {
  const last = row.last_non_activity_message
  const { sender, assignee } = row.meta
  return {
    provider: 'CHATWOOT',
    externalId: String(row.id),
    title: sender.name || null,
    status: row.status === 'resolved' ? 'CLOSED' : row.status.toUpperCase(),
    lastActivityAt: time(row.last_activity_at),
    unreadCount: row.unread_count,
    lastMessage: last
      ? {
          text: last.content,
          createdAt: time(last.created_at),
          sender: last.sender ? { displayName: last.sender.name } : null,
        }
      : null,
    participants: [sender, assignee]
      .filter(Boolean)
      .map((person) => ({ displayName: person.name, avatarUrl: person.thumbnail || null })),
    key: row.last_activity_at * 1000,
  }
}

function fromBird(row: any) {
  const last = row.lastMessage
  const at = new Date(last?.createdAt ?? row.createdAt)
  return {
    provider: 'BIRD',
    externalId: row.id,
    title: row.name || row.featuredParticipants.find((one: any) => one.type === 'contact')?.displayName || null,
    status: row.status === 'active' ? 'OPEN' : row.status.toUpperCase(),
    lastActivityAt: at.toISOString(),
    unreadCount: null,
    lastMessage: last
      ? {
          text: last.preview?.text ?? null,
          createdAt: at.toISOString(),
          sender: last.sender ? { displayName: last.sender.displayName || null } : null,
        }
      : null,
    participants: row.featuredParticipants.map((one: any) => ({
      displayName: one.displayName || null,
      avatarUrl: one.avatarUrl || null,
    })),
    key: at.getTime(),
  }
}

async function inbox() {
  const base = new URL(settings.cometchat.baseUrl).pathname
  const [first, second, third] = await Promise.all([
    read(cometchat, `${base}/conversations?perPage=25&page=1&withTags=true`, {
      apikey: settings.cometchat.apiKey,
      onBehalfOf: settings.cometchat.actAs,
    }),
    read(chatwoot, `/api/v1/accounts/${settings.chatwoot.accountId}/conversations?status=all&page=1`, {
      'api-access-token': settings.chatwoot.token,
    }),
    read(bird, `/workspaces/${settings.bird.workspaceId}/conversations?limit=25`, {
      authorization: `AccessKey ${settings.bird.accessKey}`,
    }),
  ])
  const rows = [
    ...first.data.map(fromCometChat),
    ...second.data.payload.map(fromChatwoot),
    ...third.results.map(fromBird),
  ]
  return rows.toSorted((one, other) => other.key - one.key).slice(0, 25)
}

const server = createServer((request, response) => {
  request.resume().once('end', async () => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ data: await inbox() }))
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(JSON.stringify({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/` }))
})
