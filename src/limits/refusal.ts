import { type ASTNode, GraphQLError } from 'graphql'
import { LIMIT_CODES, type Limits } from './limits.ts'

/** What of a request is too large. */
export function tooLarge(limit: keyof Limits, found: number, limits: Limits, nodes?: readonly ASTNode[]): GraphQLError {
  const message = `${WORDS[limit]}: ${found} where at most ${limits[limit]} are allowed.`
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    extensions: { code: LIMIT_CODES[limit], http: BAD_REQUEST },
  })
}

/** For clients that accept another status than 200. */
const BAD_REQUEST = { spec: true, status: 400 }

const WORDS: Readonly<Record<keyof Limits, string>> = {
  tokens: 'The document has too many tokens',
  comments: 'The document has too many comments',
  depth: 'Fields are nested too deeply',
  aliases: 'The document has too many aliases',
  rootFields: 'Too many fields are asked for at the root',
  sameRootField: 'One field is asked for too often at the root',
  directives: 'The document has too many directives',
  fragments: 'The document has too many fragments',
  variablesDepth: 'The variables are nested too deeply',
  calls: 'This may need too many calls to one provider; ask for fewer rows, or less of each',
}
