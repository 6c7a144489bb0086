import type { TypedDocumentString } from './generated/graphql.ts'

/** What a server says: nulls in the data are explained by errors with the same path. */
export interface Answer<Result> {
  readonly data: Result | null
  readonly errors: readonly AnswerError[]
}

export interface AnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Nothing to give where a document takes no variables. */
type VariablesArgument<Variables> =
  Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables]

/** Asks a GraphQL endpoint one of the generated documents. */
export async function request<Result, Variables>(
  url: string,
  document: TypedDocumentString<Result, Variables>,
  ...[variables]: VariablesArgument<Variables>
): Promise<Answer<Result>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: document.toString(), variables: variables ?? {} }),
  })
  const { data = null, errors = [] } = (await response.json()) as Partial<Answer<Result>>
  return { data, errors }
}

/** The same for an answer that must be whole. Throws when there was any error. */
export async function query<Result, Variables>(
  url: string,
  document: TypedDocumentString<Result, Variables>,
  ...variables: VariablesArgument<Variables>
): Promise<Result> {
  const { data, errors } = await request(url, document, ...variables)
  if (data === null || errors.length > 0) throw new Error(`the server answered ${JSON.stringify(errors)}`)
  return data
}
