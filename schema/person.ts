import type { ContactAddress } from '../providers/port/index.ts'
import { AccountRef } from './account.ts'
import { ask, isSelf } from './ask.ts'
import { builder } from './builder.ts'
import { ConversationConnectionRef } from './conversation-connection.ts'
import { listConversationsOf } from './conversations-of-person.ts'
import { PersonDetailsRef, personDetails } from './details/index.ts'
import { personId } from './global-id.ts'
import { loadPeople } from './load-nodes.ts'
import { NodeRef } from './node.ts'
import type { PersonNode } from './nodes.ts'
import { connectionRef } from './page.ts'
import { PersonKindEnum } from './words.ts'

export const PersonRef = builder.loadableObjectRef<PersonNode, string>('Person', { load: loadPeople })

export const PersonConnectionRef = connectionRef<PersonNode>('Person', PersonRef)

export const ContactAddressRef = builder.objectRef<ContactAddress>('ContactAddress').implement({
  audience: 'public',
  description: 'Where somebody can be reached.',
  fields: (t) => ({
    kind: t.string({
      nullable: false,
      description: '`email`, `phone`, or the provider’s own word.',
      resolve: (address) => address.kind,
    }),
    value: t.string({ nullable: false, description: 'The address itself.', resolve: (address) => address.value }),
  }),
})

PersonRef.implement({
  audience: 'public',
  description:
    'Someone as one account knows them. The same human being in another account is another Person: nobody is merged by guess.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Opaque global id.', resolve: ({ person }) => personId(person.ref) }),
    externalId: t.string({
      nullable: false,
      description: 'The provider’s own id.',
      resolve: ({ person }) => person.externalId,
    }),
    account: t.field({
      type: AccountRef,
      nullable: false,
      description: 'Where they are known.',
      resolve: ({ source }) => ({ typename: 'Account' as const, source }),
    }),
    kind: t.field({
      type: PersonKindEnum,
      nullable: false,
      description: 'What they are there.',
      resolve: ({ person }) => person.kind,
    }),
    displayName: t.string({ description: 'Null: the provider has none.', resolve: ({ person }) => person.displayName }),
    avatarUrl: t.field({ type: 'URL', description: 'A picture.', resolve: ({ person }) => person.avatarUrl }),
    addresses: t.field({
      type: [ContactAddressRef],
      nullable: false,
      description: 'Where they can be reached.',
      resolve: ({ person }) => person.addresses,
    }),
    isOnline: t.boolean({
      description: 'As last read; not pushed. Null: not told.',
      resolve: ({ person }) => person.isOnline,
    }),
    isViewer: t.boolean({
      nullable: false,
      description: 'Whether this is who asks.',
      resolve: ({ source, person }) => isSelf(source, person.ref),
    }),
    conversations: t.field({
      cost: { calls: 1, rows: ['first'] },
      type: ConversationConnectionRef,
      description: 'Those they take part in, newest activity first. Null: it could not be asked.',
      args: {
        first: t.arg.int({ description: 'How many, at most 100; 25 where it is left out.' }),
        after: t.arg.string({ description: 'A cursor of this list.' }),
      },
      resolve: (node, args, context) => listConversationsOf(node, args, context),
    }),
    details: t.field({
      type: PersonDetailsRef,
      description:
        'Everything this provider says beyond the common fields. Costs a call where an answer had only the short form.',
      resolve: detailsOf,
    }),
  }),
})

async function detailsOf({ source, person }: PersonNode): Promise<ReturnType<typeof personDetails> | null> {
  if (person.details !== undefined) return person.details && personDetails(person.details)
  const [whole] = await ask(source, (provider, call) => provider.getPeople([person.ref], call))
  return whole === undefined || whole instanceof Error || !whole.details ? null : personDetails(whole.details)
}
