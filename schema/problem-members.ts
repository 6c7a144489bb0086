import type { ObjectRef } from '@pothos/core'
import type { InputIssue } from '../providers/port/index.ts'
import { builder, type Types } from './builder.ts'
import { CapabilitySupportRef } from './capability.ts'
import { conversationId } from './global-id.ts'
import type { Problem } from './problems.ts'
import { SourceStatusRef } from './source-status.ts'
import { ErrorCodeEnum } from './words.ts'

/** A problem as one of the members of every result. */
type Member<Typename extends Problem['typename']> = Extract<Problem, { readonly typename: Typename }>

export const ProblemRef = builder.interfaceRef<Problem>('Problem').implement({
  audience: 'public',
  description: 'Why a mutation did not do what was asked. Every result has the same members, so one fragment fits all.',
  fields: (t) => ({
    code: t.field({
      type: ErrorCodeEnum,
      nullable: false,
      description: 'For programs.',
      resolve: ({ code }) => code,
    }),
    detail: t.string({ nullable: false, description: 'For people.', resolve: ({ detail }) => detail }),
    providerCode: t.string({
      description: 'The provider’s own code, where the provider refused.',
      resolve: ({ providerCode }) => providerCode,
    }),
  }),
  resolveType: ({ typename }) => typename,
})

const PROBLEM = [ProblemRef]

const FieldIssueRef = builder.objectRef<InputIssue>('FieldIssue').implement({
  audience: 'public',
  description: 'What is wrong with one part of an input.',
  fields: (t) => ({
    path: t.stringList({
      nullable: false,
      description:
        'Where it is within `input`: `["attachments", "0", "url"]`. Of a provider’s refusal: in its own words.',
      resolve: ({ path }) => path,
    }),
    detail: t.string({
      nullable: false,
      description: 'What is wrong, which limit it breaks and what would be right.',
      resolve: ({ detail }) => detail,
    }),
    providerCode: t.string({
      description: 'The provider’s own code, where the provider refused.',
      resolve: ({ providerCode }) => providerCode ?? null,
    }),
  }),
})

const ValidationErrorRef = builder.objectRef<Member<'ValidationError'>>('ValidationError').implement({
  audience: 'public',
  description: 'The input cannot be taken; nothing was done.',
  interfaces: PROBLEM,
  fields: (t) => ({
    issues: t.field({
      type: [FieldIssueRef],
      nullable: false,
      description: 'All that is wrong with it. Empty: the provider refused and does not say where.',
      resolve: ({ issues }) => issues,
    }),
  }),
})

const NotFoundErrorRef = builder.objectRef<Member<'NotFoundError'>>('NotFoundError').implement({
  audience: 'public',
  description: 'There is no such thing, or the viewer may not know of it: nobody learns which.',
  interfaces: PROBLEM,
})

const AccessErrorRef = builder.objectRef<Member<'AccessError'>>('AccessError').implement({
  audience: 'public',
  description: 'The viewer may see it, and may not do this with it.',
  interfaces: PROBLEM,
})

const ConflictErrorRef = builder.objectRef<Member<'ConflictError'>>('ConflictError').implement({
  audience: 'public',
  description: 'The state of things does not allow it.',
  interfaces: PROBLEM,
  fields: (t) => ({
    existingConversationId: t.id({
      description: 'Where to go instead, where the provider says.',
      resolve: ({ existing }) => existing && conversationId(existing),
    }),
  }),
})

const CapabilityNotSupportedErrorRef = builder
  .objectRef<Member<'CapabilityNotSupportedError'>>('CapabilityNotSupportedError')
  .implement({
    audience: 'public',
    description: 'This account or conversation cannot do it; nothing was done.',
    interfaces: PROBLEM,
    fields: (t) => ({
      support: t.field({
        type: CapabilitySupportRef,
        nullable: false,
        description: 'The row of `capabilities` that says so.',
        resolve: ({ support }) => support,
      }),
    }),
  })

const RateLimitedErrorRef = builder.objectRef<Member<'RateLimitedError'>>('RateLimitedError').implement({
  audience: 'public',
  description: 'The account is asked too often; nothing was done.',
  interfaces: PROBLEM,
  fields: (t) => ({
    retryAfterMs: t.int({
      nullable: false,
      description: 'For how long to wait, in milliseconds.',
      resolve: ({ retryAfterMs }) => retryAfterMs,
    }),
    source: t.field({
      type: SourceStatusRef,
      nullable: false,
      description: 'How the account did.',
      resolve: ({ source }) => source,
    }),
  }),
})

const ProviderErrorRef = builder.objectRef<Member<'ProviderError'>>('ProviderError').implement({
  audience: 'public',
  description: 'The provider failed before anything happened.',
  interfaces: PROBLEM,
  fields: (t) => ({
    retryable: t.boolean({
      nullable: false,
      description: 'True: the same may work later.',
      resolve: ({ retryable }) => retryable,
    }),
    source: t.field({
      type: SourceStatusRef,
      nullable: false,
      description: 'How the account did.',
      resolve: ({ source }) => source,
    }),
  }),
})

const OutcomeUnknownErrorRef = builder.objectRef<Member<'OutcomeUnknownError'>>('OutcomeUnknownError').implement({
  audience: 'public',
  description:
    'The provider may have done it. Where there is a clientMessageId, repeat with the same: the gateway looks first. The event of a late success carries it.',
  interfaces: PROBLEM,
  fields: (t) => ({
    checkAfterMs: t.int({
      description: 'When it makes sense to look again, in milliseconds. Null: any time.',
      resolve: ({ checkAfterMs }) => checkAfterMs,
    }),
    source: t.field({
      type: SourceStatusRef,
      nullable: false,
      description: 'How the account did.',
      resolve: ({ source }) => source,
    }),
  }),
})

/** What a mutation answers: its success, or one of the problems. */
export function resultRef<Success extends object>(name: string, success: ObjectRef<Types, Success>) {
  return builder.unionType(name, {
    description: `${success.name}, or why it was not done. New problems may be added: clients keep a branch for Problem.`,
    types: [
      success,
      ValidationErrorRef,
      NotFoundErrorRef,
      AccessErrorRef,
      ConflictErrorRef,
      CapabilityNotSupportedErrorRef,
      RateLimitedErrorRef,
      ProviderErrorRef,
      OutcomeUnknownErrorRef,
    ],
    resolveType: (result) => (isProblem(result) ? result.typename : success.name),
  })
}

function isProblem(result: object): result is Problem {
  return 'typename' in result
}
