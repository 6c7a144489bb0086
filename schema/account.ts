import { ask } from './ask.ts'
import { builder } from './builder.ts'
import { CapabilitySupportRef, capabilityRows } from './capability.ts'
import { CapabilityEnum } from './capability-enum.ts'
import { ChannelRef } from './channel.ts'
import { accountId } from './global-id.ts'
import { NodeRef } from './node.ts'
import { type AccountNode, channelNode, personNode, teamNode } from './nodes.ts'
import { forwardConnection } from './paged-list.ts'
import { PersonConnectionRef, PersonRef } from './person.ts'
import { ProviderEnum, vendorOf } from './provider.ts'
import { RateLimitRef } from './rate-limit.ts'
import { currentStatus, SourceStatusRef } from './source-status.ts'
import { LabelRef, TeamRef } from './team.ts'

export const AccountRef = builder.objectRef<AccountNode>('Account')

AccountRef.implement({
  audience: 'public',
  description: 'One configured login at one provider.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Opaque global id.',
      resolve: ({ source }) => accountId(source.account.key),
    }),
    key: t.string({
      nullable: false,
      description: 'As the operator calls it.',
      resolve: ({ source }) => source.account.key,
    }),
    provider: t.field({
      type: ProviderEnum,
      nullable: false,
      description: 'Whose service it is at.',
      resolve: ({ source }) => vendorOf(source.account),
    }),
    displayName: t.string({
      nullable: false,
      description: 'For people.',
      resolve: ({ source }) => source.account.displayName,
    }),
    capabilities: t.field({
      type: [CapabilitySupportRef],
      nullable: false,
      description: 'What the viewer can do here. Costs nothing.',
      args: { of: t.arg({ type: [CapabilityEnum], description: 'Only these; all where it is left out.' }) },
      resolve: ({ source }, { of }) => capabilityRows(source.account.provider.capabilities(source.actor, null), of),
    }),
    agents: t.field({
      audience: 'internal',
      cost: { calls: 1 },
      type: [PersonRef],
      description: 'The team. Null: this provider has no such list, or it could not be asked.',
      resolve: async ({ source }) => {
        const agents = await ask(source, (provider, call) => provider.listAgents(call))
        return agents?.map((agent) => personNode(source, agent))
      },
    }),
    teams: t.field({
      audience: 'internal',
      cost: { calls: 1 },
      type: [TeamRef],
      description: 'Parts of the team. Null: this provider has no such thing, or it could not be asked.',
      resolve: async ({ source }) => {
        const teams = await ask(source, (provider, call) => provider.listTeams(call))
        return teams?.map((team) => teamNode(source, team))
      },
    }),
    labels: t.field({
      audience: 'internal',
      cost: { calls: 1 },
      type: [LabelRef],
      description: 'The words in use. Null: this provider has no list of them, or it could not be asked.',
      resolve: ({ source }) => ask(source, (provider, call) => provider.listLabels(call)),
    }),
    channels: t.field({
      audience: 'internal',
      cost: { calls: 1 },
      type: [ChannelRef],
      description: 'Ways by which messages come. Null: the provider does not list them, or it could not be asked.',
      resolve: async ({ source }) => {
        const channels = await ask(source, (provider, call) => provider.listChannels(call))
        return channels?.map((channel) => channelNode(source, channel))
      },
    }),
    people: t.field({
      audience: 'internal',
      cost: { calls: 1, rows: ['first'] },
      type: PersonConnectionRef,
      description: 'Whom this account knows. Null: it could not be asked.',
      args: {
        search: t.arg.string({
          description: 'Part of a name or address, as far as the provider searches: see PEOPLE_SEARCH.',
        }),
        first: t.arg.int({ description: 'How many, at most 100; 25 where it is left out.' }),
        after: t.arg.string({ description: 'A cursor of this list.' }),
      },
      resolve: ({ source }, { search, ...args }, context) =>
        forwardConnection(context, args, {
          scope: `people ${source.account.key} ${search ?? ''}`,
          ask: (limit, after) =>
            ask(source, (provider, call) => provider.searchPeople(search ?? null, { limit, after }, call)),
          toNode: (person) => personNode(source, person),
        }),
    }),
    health: t.field({
      type: SourceStatusRef,
      nullable: false,
      description: 'How it did when it was last asked anything.',
      resolve: ({ source }) => currentStatus(source),
    }),
    rateLimit: t.field({
      audience: 'internal',
      type: RateLimitRef,
      description: 'Upstream quota. Null: this provider never says, or nothing was asked yet.',
      resolve: ({ source }) => source.account.provider.rateLimit(),
    }),
  }),
})

builder.queryField('accounts', (t) =>
  t.field({
    audience: 'public',
    type: [AccountRef],
    nullable: false,
    description: 'The accounts that the viewer may see.',
    resolve: (_root, _args, context) => context.sources.map((source): AccountNode => ({ typename: 'Account', source })),
  }),
)
