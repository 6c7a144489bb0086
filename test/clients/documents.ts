import { readdirSync, readFileSync } from 'node:fs'
import { type DocumentNode, parse, separateOperations } from 'graphql'

/** The operations of a client, by name, each with the fragments that it needs. */
export const DOCUMENTS: Readonly<Record<string, DocumentNode>> = separateOperations(
  parse(
    readdirSync(new URL('documents/', import.meta.url))
      .map((name) => readFileSync(new URL(`documents/${name}`, import.meta.url), 'utf8'))
      .join('\n'),
  ),
)

export function documentOf(operation: string): DocumentNode {
  const document = DOCUMENTS[operation]
  if (document === undefined) throw new Error(`no document is called ${operation}`)
  return document
}
