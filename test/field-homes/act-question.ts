import { WHY } from '../gateway/acting-client.ts'
import type { Question } from './describe-homes.ts'

/** Asks for one act; a problem shows everything it has. */
export function actQuestion(mutation: string, input: object, ofSuccess: string): Question {
  const capitalised = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
  const success = mutation.startsWith('mark') ? 'Mark' : capitalised
  const selection = `...Why ... on ${success}Success { ${ofSuccess} }`
  const document = `mutation ($input: ${capitalised}Input!) { ${mutation}(input: $input) { ${selection} } } ${WHY}`
  return { document, variables: { input } }
}
