import type { Label } from '../providers/port/index.ts'
import { builder } from './builder.ts'
import { teamId } from './global-id.ts'
import { NodeRef } from './node.ts'
import type { TeamNode } from './nodes.ts'

export const TeamRef = builder.objectRef<TeamNode>('Team').implement({
  audience: 'public',
  description: 'Some of the agents of an account.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Opaque global id.',
      resolve: ({ source, team }) => teamId(source.account.key, team.externalId),
    }),
    externalId: t.string({
      nullable: false,
      description: 'The provider’s own id.',
      resolve: ({ team }) => team.externalId,
    }),
    name: t.string({ nullable: false, description: 'As the provider spells it.', resolve: ({ team }) => team.name }),
  }),
})

export const LabelRef = builder.objectRef<Label>('Label').implement({
  audience: 'public',
  description: 'A word that conversations can be marked with.',
  fields: (t) => ({
    name: t.string({ nullable: false, description: 'The word itself.', resolve: (label) => label.name }),
    color: t.string({ description: 'As the provider writes colours.', resolve: (label) => label.color }),
    description: t.string({ description: 'What it is for.', resolve: (label) => label.description }),
  }),
})
