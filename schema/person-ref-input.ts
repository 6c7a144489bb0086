import { builder } from './builder.ts'

export const PersonRefInput = builder.inputType('PersonRef', {
  description: 'Somebody, by whatever is known of them.',
  isOneOf: true,
  fields: (t) => ({
    personId: t.id({ description: 'A Person, who is of one account only.' }),
    email: t.string({ description: 'An address, looked up in every account concerned; nobody is merged.' }),
    phone: t.string({
      description: 'A number with country code (+31612345678), looked up in every account concerned.',
    }),
    externalId: t.string({ description: 'The provider’s own id, looked up in every account concerned.' }),
  }),
})
