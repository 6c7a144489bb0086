import { builder } from './builder.ts'
import type { AnyNode } from './nodes.ts'

export const NodeRef = builder.interfaceRef<AnyNode>('Node').implement({
  audience: 'public',
  description: 'Anything with an id that can be asked for again.',
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Opaque, and the same for every viewer.', resolve: unreachable }),
  }),
  resolveType: (node) => node.typename,
})

/** Every type says its own id. */
function unreachable(): never {
  throw new Error('a type does not say its id')
}
