/** Operations to begin with. They name nothing that only some accounts have, so that all of them work everywhere. */
export const GRAPHIQL_TABS: readonly { readonly query: string }[] = [
  {
    query: `# The inbox: what moved last, wherever it is.
# Go on with after: and the endCursor.
query Inbox {
  conversations(first: 25) {
    nodes {
      provider
      title
      status
      lastActivityAt
      lastMessage {
        text
        direction
      }
      featuredParticipants {
        person {
          displayName
        }
      }
      viewerState {
        unreadCount
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      account {
        key
      }
      state
      latencyMs
    }
  }
}
`,
  },
  {
    query: `# The newest conversation with its last messages.
query Thread {
  conversations(first: 1) {
    nodes {
      id
      title
      receiptModel
      participants(first: 10) {
        nodes {
          person {
            displayName
            kind
          }
          readHorizon {
            upToTime
          }
        }
      }
      messages(last: 20) {
        nodes {
          createdAt
          direction
          sender {
            displayName
          }
          text
          delivery {
            state
          }
        }
        pageInfo {
          hasPreviousPage
          startCursor
        }
      }
    }
  }
}
`,
  },
  {
    query: `# Every account, and what can be done there.
query Accounts {
  viewer {
    displayName
    kind
  }
  accounts {
    id
    key
    provider
    displayName
    channels {
      name
      type
    }
    capabilities {
      capability
      level
      note
    }
  }
}
`,
  },
  {
    query: `# What waits to be read. A filter that an account
# does not have stands in its row of sources.
query Unread {
  conversations(first: 10, filter: { statuses: [OPEN, PENDING], unreadOnly: true }) {
    nodes {
      provider
      title
      status
      viewerState {
        unreadCount
        unreadCountPrecision
      }
    }
    sources {
      account {
        key
      }
      state
      unsupported
    }
  }
}
`,
  },
  {
    query: `# What happens, as it happens: messages, and their ticks.
# Go on where you were with after: and the last cursor.
subscription Live {
  conversationEvents {
    __typename
    ... on StreamItem {
      cursor
    }
    ... on MessageAdded {
      messageEdge {
        node {
          direction
          sender {
            displayName
          }
          text
        }
      }
    }
    ... on DeliveryChanged {
      messageId
      previous
      current
    }
    ... on HorizonMoved {
      kind
      participant {
        person {
          displayName
        }
      }
      horizon {
        sortKey
        upToTime
        precision
      }
    }
    ... on StreamGap {
      reason
    }
  }
}
`,
  },
]
