import type { ConversationRef, Support } from '../../providers/port/index.ts'
import type { Upload } from '../acts.ts'
import { builder } from '../builder.ts'
import type { GatewayContext } from '../context.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { notSupported, type Problem, Refusal } from '../problems.ts'
import { actOn } from './acting.ts'
import { Issues } from './issues.ts'

const CreateAttachmentUploadInput = builder.inputType('CreateAttachmentUploadInput', {
  description: 'A file that is to be sent along.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'In which conversation it is to be sent.' }),
    fileName: t.string({ required: true, description: 'What it is called, without folders.' }),
    mimeType: t.string({ required: true, description: 'What kind of file it is: `image/png`.' }),
    sizeBytes: t.int({
      required: true,
      description: 'How many bytes it has, exactly. SEND_ATTACHMENT has the limits.',
    }),
  }),
})

type UploadAsked = typeof CreateAttachmentUploadInput.$inferInput

const UploadHeaderRef = builder.objectRef<Upload['headers'][number]>('UploadHeader').implement({
  audience: 'public',
  description: 'A header of an HTTP request.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Its name.' }),
    value: t.exposeString('value', { nullable: false, description: 'Its value.' }),
  }),
})

const AttachmentUploadRef = builder.objectRef<Upload>('AttachmentUpload').implement({
  audience: 'public',
  description: 'PUT the bytes to url with these headers before it expires, then name uploadId in sendMessage.',
  fields: (t) => ({
    uploadId: t.id({ nullable: false, description: 'For sendMessage.', resolve: ({ id }) => id }),
    url: t.expose('url', { type: 'URL', nullable: false, description: 'Where the bytes go.' }),
    headers: t.expose('headers', { type: [UploadHeaderRef], nullable: false, description: 'To send with them.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: false, description: 'Until when it can be used.' }),
  }),
})

const CreateAttachmentUploadSuccessRef = builder
  .objectRef<{ readonly upload: Upload }>('CreateAttachmentUploadSuccess')
  .implement({
    audience: 'public',
    description: 'The bytes can come.',
    fields: (t) => ({
      upload: t.expose('upload', { type: AttachmentUploadRef, nullable: false, description: 'Where they go.' }),
    }),
  })

builder.mutationField('createAttachmentUpload', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('CreateAttachmentUploadResult', CreateAttachmentUploadSuccessRef),
    description: 'Makes a place for the bytes of a file that sendMessage is to send along.',
    args: { input: t.arg({ type: CreateAttachmentUploadInput, required: true, description: 'Which file.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Conversation', input.conversationId, context, (place, { conversation }) =>
        createUpload(place, conversation, input, context),
      ),
  }),
)

async function createUpload(
  place: Place,
  conversation: ConversationRef,
  { fileName, mimeType, sizeBytes }: UploadAsked,
  context: GatewayContext,
): Promise<{ readonly upload: Upload }> {
  const issues = new Issues()
  const support = await place.demand('SEND_ATTACHMENT')
  if (support.limits?.maxBytes === 0) throw new Refusal('UNSUPPORTED', linksOnly(place, support))
  if (!FILE_NAME.test(fileName)) {
    issues.add('fileName', 'Expected 1 to 255 characters without slashes, backslashes and control characters.')
  }
  checkMimeType(issues, mimeType, support)
  checkSize(issues, sizeBytes, support)
  issues.refuse()
  // No provider is told of an upload: nobody else would notice that there is no such conversation.
  await place.read()
  const request = { conversation, fileName, mimeType, sizeBytes }
  return { upload: await context.acts.createUpload(place.source, request) }
}

/** Where files can only be named by URL, no byte can be taken. */
function linksOnly({ source }: Place, support: Support): Problem {
  return notSupported(source.account.key, { capability: 'SEND_ATTACHMENT', support })
}

const FILE_NAME = /^[^/\\\p{Cc}]{1,255}$/u
const MIME_TYPE = /^[\w.+-]+\/[\w.+-]+$/

/** The limits of a provider may name whole families: `image/*`. */
function checkMimeType(issues: Issues, mimeType: string, { limits }: Support): void {
  const taken = limits?.mimeTypes
  const family = mimeType.replace(/\/.*/, '/*')
  if (!MIME_TYPE.test(mimeType)) issues.add('mimeType', 'Expected a kind of file such as image/png.')
  else if (taken && !taken.includes(mimeType) && !taken.includes(family)) {
    issues.add('mimeType', `It is ${mimeType}: taken are ${taken.join(', ')}.`)
  }
}

function checkSize(issues: Issues, sizeBytes: number, { limits }: Support): void {
  const max = limits?.maxBytes
  if (sizeBytes < 1) issues.add('sizeBytes', 'Expected at least 1 byte.')
  else if (max !== undefined && sizeBytes > max) {
    issues.add('sizeBytes', `It has ${sizeBytes} bytes: at most ${max} are taken.`)
  }
}
