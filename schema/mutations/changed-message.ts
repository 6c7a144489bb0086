import type { Message } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { Source } from '../context.ts'
import { MessageRef } from '../message.ts'
import { messageNode } from '../nodes.ts'

/** A message that an act has changed. */
export interface ChangedMessage {
  readonly source: Source
  readonly message: Message
}

/** The success of an act that answers with nothing but the message. */
export function changedMessageRef(name: string, description: string) {
  return builder.objectRef<ChangedMessage>(name).implement({
    audience: 'public',
    description,
    fields: (t) => ({
      message: t.field({
        type: MessageRef,
        nullable: false,
        description: 'As it is now.',
        resolve: ({ source, message }) => messageNode(source, message, null),
      }),
    }),
  })
}
