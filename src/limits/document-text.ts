import { Lexer, Source, TokenKind } from 'graphql'
import type { Limits } from './limits.ts'
import { tooLarge } from './refusal.ts'

/**
 * Throws where a text is too large to be parsed: the parser calls itself for each brace within a brace, and its own limit does
 * not count comments. Throws as the parser does where it is no GraphQL at all.
 */
export function checkDocumentText(text: string, limits: Limits): void {
  const lexer = new Lexer(new Source(text))
  let [tokens, comments] = [0, 0]
  for (let last = lexer.token; last.kind !== TokenKind.EOF; last = lexer.token) {
    const token = lexer.advance()
    for (let between = last.next; between !== null && between !== token; between = between.next) comments += 1
    if (token.kind !== TokenKind.EOF) tokens += 1
    if (tokens > limits.tokens) throw tooLarge('tokens', tokens, limits)
    if (comments > limits.comments) throw tooLarge('comments', comments, limits)
  }
}
