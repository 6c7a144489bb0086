import type { World } from '../support/world.ts'

/** An operation that comes by many points. */
export interface Question {
  readonly name: string
  readonly query: string
  /** Made anew for each time it is asked: acts are done once for each key. */
  variables(): Readonly<Record<string, unknown>>
}

const PERSON = 'id displayName externalId'
const CONVERSATION = `id title kind status externalId createdAt updatedAt lastActivityAt receiptModel labels priority
  account { key displayName } provider details { __typename } viewerState { unreadCount isUnread }
  lastMessage { messageId text } featuredParticipants { id } replyPolicy { __typename }`
const MESSAGE = `id text kind direction visibility createdAt sortKey externalId html isDeleted attachments { __typename }
  sender { ${PERSON} } delivery { __typename } details { __typename } recipients { __typename } receiptSummary { __typename }`

const READS: Readonly<Record<string, string>> = {
  inbox: `query { conversations(first: 9) { edges { cursor } nodes { ${CONVERSATION} } sources { account { key } state code }
    pageInfo { endCursor hasNextPage } eventCursor } }`,
  accounts: `query { accounts { id key displayName lastEventAt rateLimit { __typename } health { state }
    agents { ${PERSON} } teams { __typename } labels { __typename } channels { __typename } capabilities { capability level } } }`,
  people: `query { accounts { people(first: 3) { nodes { ${PERSON} } } } }`,
  viewer: `query { viewer { __typename id displayName } }`,
  conversation: `query ($id: ID!) { conversation(id: $id) { ${CONVERSATION} capabilities { capability level }
    messages(last: 5) { nodes { ${MESSAGE} } } participants(first: 5) { nodes { id person { ${PERSON} } } }
    assignee { ${PERSON} } team { __typename } channel { __typename } teamReadHorizon { __typename } } }`,
  nodes: `query ($id: ID!, $message: ID!, $person: ID!) { nodes(ids: [$id, $message, $person]) { __typename id
    ... on Message { ${MESSAGE} conversation { id } } ... on Person { ${PERSON} conversations(first: 2) { nodes { id } } } } }`,
  stream: `subscription { conversationEvents { __typename } }`,
}

const PROBLEM = '... on Problem { code detail } __typename'

/** Operations on the newest conversation of each account. */
export async function makeQuestions(world: Pick<World, 'ask'>): Promise<readonly Question[]> {
  const found = await world.ask(`query { accounts { id } conversations(first: 9) { nodes {
    id account { id } messages(last: 1) { nodes { id sender { id } } } } } }`)
  const conversations: any[] = found.data.conversations.nodes
  return conversations
    .filter(({ account }, index) => conversations.findIndex((other) => other.account.id === account.id) === index)
    .flatMap(({ id, messages }) => {
      const [message] = messages.nodes
      const ids = { id, message: message.id, person: message.sender?.id ?? id }
      return [...Object.entries(READS).map(([name, query]) => read(name, query, ids)), ...acts(id, message.id)]
    })
}

function read(name: string, query: string, ids: Readonly<Record<string, string>>): Question {
  const wanted = Object.entries(ids).filter(([variable]) => query.includes(`$${variable}:`))
  return { name, query, variables: () => Object.fromEntries(wanted) }
}

function acts(conversationId: string, messageId: string): readonly Question[] {
  const key = () => crypto.randomUUID()
  const act = (name: string, type: string, input: () => object): Question => ({
    name,
    query: `mutation ($input: ${type}!) { ${name}(input: $input) { ${PROBLEM} } }`,
    variables: () => ({ input: input() }),
  })
  return [
    act('sendMessage', 'SendMessageInput', () => ({ conversationId, text: 'hello', clientMessageId: key() })),
    act('markRead', 'MarkReadInput', () => ({ conversationId, upTo: { messageId } })),
    act('markUnread', 'MarkUnreadInput', () => ({ conversationId })),
    act('setTyping', 'SetTypingInput', () => ({ conversationId, typing: true })),
    act('editMessage', 'EditMessageInput', () => ({ messageId, text: 'hello again' })),
    act('deleteMessage', 'DeleteMessageInput', () => ({ messageId })),
    act('updateConversation', 'UpdateConversationInput', () => ({ conversationId, status: 'OPEN' })),
    act('createAttachmentUpload', 'CreateAttachmentUploadInput', () => ({
      conversationId,
      fileName: 'a.png',
      mimeType: 'image/png',
      sizeBytes: 3,
    })),
  ]
}
