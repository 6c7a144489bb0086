import { type DestinationStream, destination, type LevelWithSilent, type Logger, pino } from 'pino'
import { describeError, redactLine } from './redaction.ts'

export type { Logger }

export type LogLevel = LevelWithSilent

/** One JSON object a line, to stderr unless told otherwise: stdout belongs to the command line. */
export function createLogger(level: LogLevel, to: DestinationStream = STDERR): Logger {
  const options = {
    level,
    base: null,
    timestamp: isoTime,
    serializers: { err: describeError },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
  }
  return pino(options, { write: (line) => to.write(redactLine(line)) })
}

const STDERR = destination({ fd: 2, sync: true })

const isoTime = () => `,"time":"${new Date().toISOString()}"`

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'token',
  'apikey',
  'apiKey',
  'accessKey',
  'api_access_token',
  'secret',
  'password',
  'credential',
]

/** At the top of a line and one or two levels into it: nothing we log is deeper. */
const SECRET_PATHS = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])
