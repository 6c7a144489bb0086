import { conversationRef, messageRef, personRef } from '../../providers/chatwoot/refs.ts'
import { type Actor, type Draft, type OutgoingFile, ProviderError, type Sending } from '../../providers/port/index.ts'

/** Who acts where, on the recorded server. */
export const TALK = conversationRef('support', '1')
export const AT = (id: string) => messageRef(TALK, id)
export const PIET: Actor = { kind: 'agent', person: personRef('support', 'user', '9'), credential: 'of-piet' }
export const NOBODY: Actor = { kind: 'service' }
export const ADA: Actor = { kind: 'end-user', person: personRef('support', 'contact', '15'), credential: null }
export const EDSGER: Actor = { kind: 'end-user', person: personRef('support', 'contact', '20'), credential: null }

/** The line that answers who sees inbox 6, and the one that shows the token's owner. */
export const ASSIGNABLE = 22
export const PROFILE = 1

export const draft = (over: Partial<Draft> = {}): Draft => ({
  text: 'Looking **into** it',
  attachments: [],
  replyTo: null,
  audience: 'public',
  ...over,
})

export const sending = (over: Partial<Draft> = {}): Sending => ({ draft: draft(over), clientMessageId: 'bubble-1' })

/** How an act is refused; that it was not is thrown. */
export async function refusal(act: Promise<unknown>): Promise<ProviderError> {
  const error = await act.then(
    () => null,
    (caught: unknown) => caught,
  )
  if (error instanceof ProviderError) return error
  throw new Error(`expected a refusal, got ${String(error)}`)
}

export function file(name: string, text: string): OutgoingFile {
  const bytes = Buffer.from(text)
  return {
    kind: 'file',
    fileName: name,
    mimeType: 'text/plain',
    sizeBytes: bytes.length,
    async *open() {
      yield bytes.subarray(0, 3)
      yield bytes.subarray(3)
    },
  }
}
