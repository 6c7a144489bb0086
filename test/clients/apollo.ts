import { ApolloClient, ApolloLink, type Cache, HttpLink, InMemoryCache } from '@apollo/client'
import { loadDevMessages, loadErrorMessages } from '@apollo/client/dev'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { relayStylePagination } from '@apollo/client/utilities'
import {
  type IntrospectionInterfaceType,
  type IntrospectionQuery,
  type IntrospectionType,
  type IntrospectionUnionType,
  OperationTypeNode,
} from 'graphql'
import { expect, vi } from 'vitest'
import type { World } from '../support/world.ts'
import { type CachingClient, countingFetch, openSocket, Screen, type Watched } from './caching-client.ts'
import { documentOf } from './documents.ts'

export function startApollo(world: World, schema: IntrospectionQuery): CachingClient {
  loadDevMessages()
  loadErrorMessages()
  const socket = openSocket(world)
  const { fetch, asked } = countingFetch()
  const cache = createCache(schema)
  const client = new ApolloClient({
    cache,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: world.url, fetch }),
    ),
  })
  return {
    watch: (operation, variables) => watch(client, operation, variables),
    mutate: async (operation, variables) => {
      const { data } = await client.mutate<any>({
        mutation: documentOf(operation),
        variables,
        update: (_cache, answer) => keepLists(cache, payloadOf(answer.data)),
      })
      return payloadOf(data)
    },
    listen: (operation, variables) => {
      const items: any[] = []
      client.subscribe<any>({ query: documentOf(operation), variables }).subscribe(({ data, error }) => {
        if (error) throw error
        keepLists(cache, payloadOf(data))
        items.push(payloadOf(data))
      })
      return items
    },
    asked,
    close: async () => {
      client.stop()
      await socket.dispose()
    },
  }
}

function createCache(schema: IntrospectionQuery): InMemoryCache {
  return new InMemoryCache({
    possibleTypes: possibleTypesOf(schema),
    typePolicies: {
      Query: { fields: { conversations: relayStylePagination(['filter']) } },
      Conversation: {
        fields: {
          messages: relayStylePagination(),
          participants: relayStylePagination(),
          featuredParticipants: { merge: false },
        },
      },
      Subscription: { fields: { conversationEvents: { merge: false }, receiptsChanged: { merge: false } } },
      Message: { fields: { attachments: { merge: false } } },
    },
  })
}

function possibleTypesOf({ __schema }: IntrospectionQuery): Record<string, string[]> {
  return Object.fromEntries(
    __schema.types.flatMap((type) =>
      isAbstract(type) ? [[type.name, type.possibleTypes.map(({ name }) => name)]] : [],
    ),
  )
}

function isAbstract(type: IntrospectionType): type is IntrospectionInterfaceType | IntrospectionUnionType {
  return type.kind === 'INTERFACE' || type.kind === 'UNION'
}

/** What an operation with one field answered. */
function payloadOf(data: any): any {
  return Object.values(data ?? {})[0]
}

/** Puts what a payload or an event brings into the lists where it belongs, and takes out what is gone. */
function keepLists(cache: InMemoryCache, { __typename, messageEdge, conversationEdge, ...rest }: any): void {
  if (messageEdge) {
    const conversation = { __typename: 'Conversation', id: messageEdge.node.conversationId }
    modify(cache, { id: cache.identify(conversation), fields: { messages: withEdge(cache, messageEdge, 'last') } })
  }
  if (conversationEdge)
    modify(cache, { fields: { conversations: unfiltered(withEdge(cache, conversationEdge, 'first')) } })
  const removed = __typename === 'ConversationRemoved' ? rest.conversationId : rest.deletedConversationId
  if (removed) cache.evict({ id: cache.identify({ __typename: 'Conversation', id: removed }) ?? '' })
}

function modify(cache: InMemoryCache, { id, fields }: { id?: string | undefined; fields: Record<string, any> }): void {
  const options: Cache.ModifyOptions = { fields }
  cache.modify(id === undefined ? options : { ...options, id })
}

function withEdge(cache: InMemoryCache, { __typename, cursor, node }: any, place: 'first' | 'last') {
  const __ref = cache.identify(node)
  const edge = { __typename, cursor, node: { __ref } }
  return (list: any) => {
    if (list.edges.some((present: any) => present.node.__ref === __ref)) return list
    return { ...list, edges: place === 'first' ? [edge, ...list.edges] : [...list.edges, edge] }
  }
}

/** Whether something new belongs into a filtered list is not for the client to say. */
function unfiltered(change: (list: any) => any) {
  return (list: any, { storeFieldName }: { storeFieldName: string }) =>
    storeFieldName === 'conversations:{}' ? change(list) : list
}

async function watch(client: ApolloClient, operation: string, variables: object): Promise<Watched> {
  const screen = new Screen()
  const query = client.watchQuery<any>({ query: documentOf(operation), variables })
  query.subscribe(({ data, error, dataState }) => screen.show(dataState === 'complete' ? data : undefined, error))
  await vi.waitFor(() => expect(screen.data).toBeDefined(), { timeout: 10_000 })
  return {
    shown: () => screen.data,
    more: async (more) => {
      await query.fetchMore({ variables: { ...variables, ...more } })
    },
  }
}
