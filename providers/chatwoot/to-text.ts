import type { Wire } from '../kit/wire.ts'

/**
 * What a message says, without the backslashes that Chatwoot's editor puts before line breaks, and without line breaks at the
 * end. Webhooks leave them out and nothing else does, and the same message is to say the same however it comes.
 */
export function readText(message: Wire): string | null {
  const content = message.optionalText('content')
  return content === null ? null : withoutLastBreaks(content.replaceAll('\\\n', '\n'))
}

/** Counted, because an expression would take the square of the time for a text of nothing but line breaks. */
function withoutLastBreaks(text: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === '\n') end -= 1
  return text.slice(0, end)
}
