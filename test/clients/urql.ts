import { Client, fetchExchange, subscriptionExchange } from '@urql/core'
import { type Cache, cacheExchange, type DataFields } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import type { IntrospectionQuery } from 'graphql'
import type { Sink } from 'graphql-ws'
import { expect, vi } from 'vitest'
import type { World } from '../support/world.ts'
import { type CachingClient, countingFetch, openSocket, Screen, type Watched } from './caching-client.ts'
import { documentOf } from './documents.ts'

export function startUrql(world: World, schema: IntrospectionQuery): CachingClient {
  const socket = openSocket(world)
  const { fetch, asked } = countingFetch()
  const client = new Client({
    url: world.url,
    fetch,
    preferGetMethod: false,
    exchanges: [
      cacheOf(schema),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ query, variables: variables ?? {} }, sink as Sink<any>),
          }),
        }),
      }),
    ],
  })
  return {
    watch: (operation, variables) => watch(client, operation, variables),
    mutate: async (operation, variables) => {
      const { data, error } = await client.mutation(documentOf(operation), variables)
      if (error) throw error
      return Object.values(data)[0]
    },
    listen: (operation, variables) => {
      const items: any[] = []
      client.subscription(documentOf(operation), variables).subscribe(({ data, error }) => {
        if (error) throw error
        items.push(Object.values(data)[0])
      })
      return items
    },
    asked,
    close: async () => {
      await socket.dispose()
    },
  }
}

function cacheOf(schema: IntrospectionQuery) {
  return cacheExchange({
    schema,
    keys: { ...embedded(schema), MessageEdge: byNode, ConversationEdge: byNode },
    resolvers: {
      Query: { conversations: relayPagination() },
      Conversation: { messages: relayPagination(), participants: relayPagination() },
    },
    updates: {
      Mutation: { sendMessage: keepLists, startConversation: keepLists, deleteConversation: keepLists },
      Subscription: { conversationEvents: keepLists },
    },
  })
}

/** Types without an id of their own are a part of what they were asked of. */
function embedded({ __schema }: IntrospectionQuery): Record<string, () => null> {
  const types = __schema.types.filter((type) => type.kind === 'OBJECT' && !type.name.startsWith('__'))
  const parts = types.filter((type) => 'fields' in type && !type.fields.some(({ name }) => name === 'id'))
  return Object.fromEntries(parts.map(({ name }) => [name, () => null]))
}

function byNode({ node }: any): string | null {
  return node?.id ?? null
}

/** Puts what a payload or an event brings into the lists where it belongs, and takes out what is gone. */
function keepLists(answer: DataFields, _args: object, cache: Cache): void {
  const { __typename, messageEdge, conversationEdge, ...rest }: any = Object.values(answer)[0] ?? {}
  if (messageEdge) {
    const conversation = cache.keyOfEntity({ __typename: 'Conversation', id: messageEdge.node.conversationId })
    const key = cache.keyOfEntity(messageEdge)
    // The newest page is the one that was asked for without a cursor.
    changeEdges(cache, conversation, 'messages', (edges, { before }) =>
      before || edges.includes(key) ? edges : [...edges, key],
    )
  }
  if (conversationEdge) {
    const key = cache.keyOfEntity(conversationEdge)
    changeEdges(cache, 'Query', 'conversations', (edges, { after, filter }) =>
      after || filter || edges.includes(key) ? edges : [key, ...edges],
    )
  }
  const removed = __typename === 'ConversationRemoved' ? rest.conversationId : rest.deletedConversationId
  if (removed) {
    const key = cache.keyOfEntity({ __typename: 'ConversationEdge', node: { id: removed } } as never)
    changeEdges(cache, 'Query', 'conversations', (edges) => edges.filter((edge) => edge !== key))
  }
}

type Keys = readonly (string | null)[]

/** Changes the edges of every page of a list that is in the cache. */
function changeEdges(
  cache: Cache,
  parent: string | null,
  field: string,
  change: (edges: Keys, args: Record<string, any>) => Keys,
): void {
  for (const page of cache.inspectFields(parent).filter(({ fieldName }) => fieldName === field)) {
    const list = cache.resolve(parent, page.fieldKey) as string
    const edges = cache.resolve(list, 'edges') as Keys
    cache.link(list, 'edges', change(edges, page.arguments ?? {}) as string[])
  }
}

async function watch(client: Client, operation: string, variables: object): Promise<Watched> {
  let screen = new Screen()
  const show = async (asked: object) => {
    const next = new Screen()
    const { unsubscribe } = client
      .query(documentOf(operation), asked)
      .subscribe(({ data, error, stale }) => next.show(stale ? undefined : data, error))
    await vi.waitFor(() => expect(next.data).toBeDefined(), { timeout: 10_000 })
    screen = next
    return unsubscribe
  }
  let leave = await show(variables)
  return {
    shown: () => screen.data,
    more: async (more) => {
      leave()
      leave = await show({ ...variables, ...more })
    },
  }
}
