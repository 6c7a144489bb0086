/** An error as it is logged: what may be known of it, and nothing that somebody has hung on to it. */
export interface LoggedError {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly cause?: LoggedError
  readonly errors?: readonly LoggedError[]
  readonly [fact: string]: unknown
}

/**
 * Errors of libraries carry what they were doing: requests with their headers, addresses with their users, commands. Only a few
 * facts that are never secret are taken, of the error and of what caused it.
 */
export function describeError(error: unknown, depth = MAX_DEPTH): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: typeof error === 'string' ? error : NO_ERROR }
  const { name, message, stack, cause } = error
  return {
    type: name,
    message,
    ...factsOf(error),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && depth > 0 && { cause: describeError(cause, depth - 1) }),
    ...(error instanceof AggregateError && depth > 0 && { errors: describeAll(error.errors, depth - 1) }),
  }
}

const MAX_DEPTH = 5
const MAX_ERRORS = 5
const NO_ERROR = 'something that is no error was thrown'

function describeAll(errors: readonly unknown[], depth: number): readonly LoggedError[] {
  return errors.slice(0, MAX_ERRORS).map((error) => describeError(error, depth))
}

const FACTS = ['code', 'errno', 'syscall', 'how', 'statusCode', 'providerStatus', 'providerCode', 'path', 'port']

function factsOf(error: Error): Readonly<Record<string, unknown>> {
  const facts = Object.entries({ ...error, ...('facts' in error && typeof error.facts === 'object' && error.facts) })
  return Object.fromEntries(facts.filter(([name, value]) => FACTS.includes(name) && isPlain(value)))
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || isPath(value)
}

/** Where in an answer something went wrong. */
function isPath(value: unknown): boolean {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number')
}

/** A line of the log without what looks like a credential, wherever in it that stands. */
export function redactLine(line: string): string {
  return PATTERNS.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), line)
}

/** Each looks only so far ahead: a line may be long, and have been made to be looked at for long. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Who shows what, as headers have it.
  [/\b(bearer|basic|accesskey)( +)[\w.~+/=-]{6,}/gi, '$1$2[redacted]'],
  [
    /\b(authorization|api_?key|api_access_token|access[-_]?key|access_?token|pubsub_token|password|secret)(\s*[:=]\s*|\\*["']\s*:\s*\\*["'])(?!\[redacted\]|(?:bearer|basic|accesskey) )[^\s"'\\,;&}]{3,}/gi,
    '$1$2[redacted]',
  ],
  // API keys and tokens of ours.
  [/\bcgk_[\w-]{6,}/g, '[redacted]'],
  [/\beyJ[\w-]{5,300}\.[\w-]{1,8000}\.[\w-]*/g, '[redacted]'],
  // Addresses: who opens them, what is asked, and what only senders of webhooks and files may know.
  [/(\b[a-z][a-z+.-]{0,15}:\/\/)[^\s/@"'\\]{1,500}@/gi, '$1[redacted]@'],
  [/(\b[a-z][a-z+.-]{0,15}:\/\/[^\s?"'\\]{1,500})\?[^\s"'\\]*/gi, '$1?[redacted]'],
  [/(\/(?:webhooks\/[\w-]+|uploads)\/)[\w-]{6,}/g, '$1[redacted]'],
]
