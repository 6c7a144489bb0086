import {
  type ConversationRef,
  type InputIssue,
  type OutgoingAttachment,
  type OutgoingFile,
  ProviderError,
} from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext, Source } from '../context.ts'
import type { Issues } from './issues.ts'

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

/** The attachments themselves. Rejects with `INVALID` naming every upload that is not there. */
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
  const issues = found.flatMap((file, index) => (typeof file === 'string' ? [issueOf(file, index)] : []))
  if (issues.length > 0) throw new ProviderError('INVALID', 'uploads are not there', { issues })
  return found.filter(isThere)
}

type Opened = OutgoingAttachment | Missing
type Missing = Exclude<OutgoingFile | 'unknown' | 'incomplete', OutgoingFile>

function isThere(file: Opened): file is OutgoingAttachment {
  return typeof file !== 'string'
}

function issueOf(missing: Missing, index: number): InputIssue {
  return { path: ['attachments', String(index), 'uploadId'], detail: MISSING[missing] }
}

const MISSING: Readonly<Record<Missing, string>> = {
  unknown: 'There is no such upload by this viewer for this conversation, or its time is over: make a new one.',
  incomplete: 'Not all of its bytes have come: PUT them to its url first.',
}
