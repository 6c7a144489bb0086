import { type GraphQLSchema, NoSchemaIntrospectionCustomRule, type ValidationRule, validate } from 'graphql'

/** Keeps the schema from whoever does not know it: no introspection, and no "did you mean" in errors. */
export function createSecrecyPlugin() {
  return {
    onValidate({ addValidationRule, setValidationFn }: ValidateHook) {
      addValidationRule(NoSchemaIntrospectionCustomRule)
      setValidationFn((schema, document, rules, options) =>
        validate(schema, document, rules, { ...options, hideSuggestions: true, maxErrors: MAX_ERRORS }),
      )
    },
  }
}

/** Enough to find what is wrong; a list of all would be longer than what was sent. */
const MAX_ERRORS = 5

interface ValidateHook {
  addValidationRule(rule: ValidationRule): void
  setValidationFn(
    check: (
      schema: GraphQLSchema,
      document: Parameters<typeof validate>[1],
      rules: Parameters<typeof validate>[2],
      options: Parameters<typeof validate>[3],
    ) => ReturnType<typeof validate>,
  ): void
}
