import type { Channel } from '../providers/port/index.ts'
import { ask } from './ask.ts'
import { builder } from './builder.ts'
import { channelId } from './global-id.ts'
import { NodeRef } from './node.ts'
import type { ChannelNode } from './nodes.ts'
import { ChannelTypeEnum } from './words.ts'

export const ChannelRef = builder.objectRef<ChannelNode>('Channel').implement({
  audience: 'public',
  description: 'A way by which messages reach an account: a website, a mailbox, a telephone number.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Opaque global id.',
      resolve: ({ source, channel }) => channelId(source.account.key, channel.externalId),
    }),
    externalId: t.string({
      nullable: false,
      description: 'The provider’s own id.',
      resolve: ({ channel }) => channel.externalId,
    }),
    type: t.field({
      type: ChannelTypeEnum,
      nullable: false,
      description: 'What kind. Looked up once per account where a conversation names its channel only by id.',
      resolve: (node) => whole(node, (channel) => channel.type),
    }),
    providerType: t.string({
      description: 'The provider’s own word.',
      resolve: (node) => whole(node, (channel) => channel.providerType),
    }),
    name: t.string({ description: 'As the team calls it.', resolve: (node) => whole(node, (channel) => channel.name) }),
  }),
})

/** Answers from the whole channel: at once where it is at hand, else from the account's list; a refused list leaves the part. */
function whole<T>({ source, channel }: ChannelNode, read: (channel: Channel) => T): T | Promise<T> {
  if (channel.type !== 'unknown') return read(channel)
  return ask(source, (provider, call) => provider.listChannels(call)).then(
    (channels) => read(channels?.find((known) => known.externalId === channel.externalId) ?? channel),
    () => read(channel),
  )
}
