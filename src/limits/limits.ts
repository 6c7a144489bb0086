import type { ErrorCode } from '../../schema/errors.ts'

/** How large a request may be. What is larger by one is refused, with a code of its own. */
export interface Limits {
  /** Of the document, without comments. */
  readonly tokens: number
  readonly comments: number
  /** Fields inside fields, whatever fragments they come from. Introspection is measured apart. */
  readonly depth: number
  /** `{ same: field again: field }` has two. */
  readonly aliases: number
  readonly rootFields: number
  /** How often one field may be asked for at the root. */
  readonly sameRootField: number
  readonly directives: number
  readonly fragments: number
  /** How deep lists and objects are nested in the variables. */
  readonly variablesDepth: number
  /** Estimated calls to one provider. */
  readonly calls: number
}

export const DEFAULT_LIMITS: Limits = {
  tokens: 2_000,
  comments: 100,
  depth: 12,
  aliases: 15,
  rootFields: 10,
  sameRootField: 5,
  directives: 20,
  fragments: 30,
  variablesDepth: 10,
  calls: 30,
}

/** What a limit is called when it is exceeded, in `extensions.code`. */
export const LIMIT_CODES = {
  tokens: 'TOO_MANY_TOKENS',
  comments: 'TOO_MANY_COMMENTS',
  depth: 'TOO_DEEP',
  aliases: 'TOO_MANY_ALIASES',
  rootFields: 'TOO_MANY_ROOT_FIELDS',
  sameRootField: 'ROOT_FIELD_TOO_OFTEN',
  directives: 'TOO_MANY_DIRECTIVES',
  fragments: 'TOO_MANY_FRAGMENTS',
  variablesDepth: 'VARIABLES_TOO_DEEP',
  calls: 'TOO_COSTLY',
} as const satisfies Readonly<Record<keyof Limits, ErrorCode>>
