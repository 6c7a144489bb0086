import type { CodegenConfig } from '@graphql-codegen/cli'

/** Typed documents for the operations that the tests ask. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'test/client/**/*.graphql',
  importExtension: '.ts',
  generates: {
    'test/client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumType: 'string-literal',
        useTypeImports: true,
        skipTypename: true,
        strictScalars: true,
        scalars: { ID: 'string', DateTime: 'string', EventCursor: 'string', URL: 'string', JSON: 'unknown' },
      },
    },
  },
}

export default config
