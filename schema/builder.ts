import SchemaBuilder from '@pothos/core'
import DataloaderPlugin from '@pothos/plugin-dataloader'
import { DateTimeResolver, JSONResolver, URLResolver } from 'graphql-scalars'
import type { GatewayContext } from './context.ts'
import './policy.ts'

interface SchemaShape {
  Context: GatewayContext
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    URL: { Input: URL; Output: string }
    JSON: { Input: unknown; Output: unknown }
    EventCursor: { Input: string; Output: string }
  }
}

/** What Pothos makes of it. */
export type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaShape>

/** Where all types are declared. Fields are nullable unless they say otherwise: one null must never take its neighbours along. */
export const builder = new SchemaBuilder<SchemaShape>({ plugins: ['policy', DataloaderPlugin] })

builder.addScalarType('DateTime', DateTimeResolver)
builder.addScalarType('URL', URLResolver)
builder.addScalarType('JSON', JSONResolver)

builder.queryType({
  description: 'Everything that can be read. What one account cannot give never hides what the others gave.',
})

builder.mutationType({
  description:
    'Everything that can be done, one after the other. Each answers what was done or one of the problems; a result is null only where something went wrong on our side, which `errors` tells.',
})

/**
 * An enum from words of the port, with what each means. Every word must be there: a word without an entry does not compile.
 * `web-widget` becomes `WEB_WIDGET`.
 */
export function enumOfWords<Word extends string>(
  name: string,
  description: string,
  words: Readonly<Record<Word, string>>,
) {
  const entries = Object.entries<string>(words).map(([word, meaning]) => [
    word.toUpperCase().replaceAll('-', '_'),
    { value: word, description: meaning },
  ])
  // `Object.entries` forgets which words the keys were.
  const values = Object.fromEntries(entries) as Record<string, { value: Word; description: string }>
  return builder.enumType(name, { description, values })
}
