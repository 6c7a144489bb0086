import { createLogger, type Logger, type LogLevel } from '../../src/ops/logger.ts'

/** What a logger in production would have written. */
export interface LogLines {
  readonly log: Logger
  /** Everything so far. */
  text(): string
}

export function createLogLines(level: LogLevel): LogLines {
  const lines: string[] = []
  const log = createLogger(level, { write: (line: string) => void lines.push(line) })
  return { log, text: () => lines.join('') }
}
