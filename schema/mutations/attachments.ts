import type { ConversationRef, OutgoingAttachment } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext, Source } from '../context.ts'
import { Issues } from './issues.ts'

export const AttachmentInput = builder.inputType('AttachmentInput', {
  description: 'A file to send along.',
  isOneOf: true,
  fields: (t) => ({
    url: t.field({
      type: 'URL',
      description:
        'Of a public file, over http or https: handed to the provider, or fetched under the gateway’s rules.',
    }),
    uploadId: t.id({ description: 'From createAttachmentUpload, after the bytes were put there.' }),
  }),
})

type AttachmentAsked = typeof AttachmentInput.$inferInput

export function checkAttachments(issues: Issues, asked: readonly AttachmentAsked[]): void {
  for (const [index, { url }] of asked.entries()) {
    if (!url || url.protocol === 'https:' || url.protocol === 'http:') continue
    issues.add(`attachments.${index}.url`, `Expected a URL of http or https, found ${url.protocol}`)
  }
}

/** What counts as the same attachments. */
export function nameAttachments(asked: readonly AttachmentAsked[]): readonly (readonly unknown[])[] {
  return asked.map(({ url, uploadId }) => (url ? ['url', url.href] : ['upload', uploadId]))
}

/** The attachments themselves. Throws `Refusal` naming every upload that is not there. */
export async function openAttachments(
  context: GatewayContext,
  source: Source,
  conversation: ConversationRef,
  asked: readonly AttachmentAsked[],
): Promise<readonly OutgoingAttachment[]> {
  const found = await Promise.all(
    asked.map(({ url, uploadId }) =>
      url ? ({ kind: 'url', url: url.href } as const) : context.acts.openUpload(source, conversation, String(uploadId)),
    ),
  )
  const issues = new Issues()
  const attachments = found.flatMap((file, index) => {
    if (typeof file !== 'string') return [file]
    issues.add(`attachments.${index}.uploadId`, MISSING[file])
    return []
  })
  issues.refuse()
  return attachments
}

const MISSING = {
  unknown: 'There is no such upload by this viewer for this conversation, or its time is over: make a new one.',
  incomplete: 'Not all of its bytes have come: PUT them to its url first.',
} as const
