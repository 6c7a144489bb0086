import type { OpenPublicFile } from '../kit/public-file.ts'
import type { ChatwootClient } from './client.ts'
import type { Conversations } from './conversations.ts'
import type { Directory } from './directory.ts'
import type { Messages } from './messages.ts'
import type { People } from './people.ts'

/** What acts are made of. */
export interface ActParts {
  /** The configured key. */
  readonly account: string
  readonly client: ChatwootClient
  readonly directory: Directory
  readonly messages: Messages
  readonly conversations: Conversations
  readonly people: People
  readonly openFile: OpenPublicFile
}
