import { readFileSync } from 'node:fs'
import type { WebhookDelivery } from '../../providers/port/index.ts'

/** One webhook as a real Chatwoot 4.15.1 delivered it. */
export interface RecordedHook {
  readonly n: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One thing that happened on a socket of the same server. */
export interface RecordedFrame {
  readonly n: number
  readonly socket: string
  readonly dir: 'upgrade' | 'in' | 'out' | 'close'
  readonly frame?: any
}

export const RECORDED_HOOKS = linesOf<RecordedHook>('webhooks.jsonl')
export const RECORDED_FRAMES = linesOf<RecordedFrame>('cable.jsonl')

/** What the hooks signed with. A callback that failed was pointed at other addresses for a while. */
export const RECORDED_SECRETS = {
  account: '5xkV8QxC1QHPcM2se9Hfo5VP',
  inbox: '6mwc4fKzubSi8QHaCZvx7fQb',
  bot: 'HxoDLofy7XAvyao5AfLKiuRK',
  failing: 'yykZEar4Eq7GD8KvPbL8LpiB',
  hanging: '8MpMf1qj2hqGHsKRgxfcT7Um',
  redirecting: 'wZPftbzgBoT9JewZhMvyo7NH',
} as const

const SECRETS_OF_PATHS: Readonly<Record<string, readonly string[]>> = {
  '/account': [RECORDED_SECRETS.account],
  '/api-inbox': [RECORDED_SECRETS.inbox],
  '/bot': [RECORDED_SECRETS.bot],
  '/says-500': [RECORDED_SECRETS.failing, RECORDED_SECRETS.inbox],
  '/hangs': [RECORDED_SECRETS.hanging, RECORDED_SECRETS.inbox],
  '/redirects': [RECORDED_SECRETS.redirecting],
  '/redirected': [RECORDED_SECRETS.redirecting],
}

export function secretsOf({ path }: RecordedHook): readonly string[] {
  const secrets = SECRETS_OF_PATHS[path]
  if (secrets === undefined) throw new Error(`no hook has the path ${path}`)
  return secrets
}

/** As it arrived, at the moment when it did. */
export function recordedDelivery({ headers, body, at }: RecordedHook): WebhookDelivery {
  return { method: 'POST', headers, body: new TextEncoder().encode(body), receivedAt: new Date(at) }
}

/** The line of that number. */
export function recordedHook(n: number): RecordedHook {
  const hook = RECORDED_HOOKS[n - 1]
  if (hook?.n !== n) throw new Error(`the recording has no webhook ${n}`)
  return hook
}

export function recordedFrame(n: number): any {
  const line = RECORDED_FRAMES[n - 1]
  if (line?.n !== n || line.frame === undefined) throw new Error(`the recording has no frame ${n}`)
  return line.frame.message
}

function linesOf<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`../fixtures/chatwoot/${name}`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
