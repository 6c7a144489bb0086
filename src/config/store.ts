import { Secret } from '../../providers/kit/secret.ts'
import { secretSetting, z } from '../../providers/kit/settings.ts'
import { type Checked, check } from './check.ts'
import type { ConfigProblem } from './problems.ts'
import type { ReadSecret } from './secrets.ts'

/** Where the gateway keeps what must outlive a restart. */
export interface StoreConfig {
  /** The path of a SQLite file of this instance, or `:memory:`. */
  readonly store: string
  /** The URL of the Redis that keeps the events of all instances; null: they are in the file as well. */
  readonly redis: Secret | null
}

/** Reads `store` and `localStore`. A URL of Redis with a password in it is a secret and given like one. */
export function readStore(store: unknown, localStore: unknown, readSecret: ReadSecret): Checked<StoreConfig> {
  const redis = isGroup(store) ? readReference(store, readSecret) : readUrl(store)
  const wanted = redis === null ? { store, path: 'store' } : { store: localStore, path: 'localStore' }
  const path = check(pathSetting, wanted.store, { path: [wanted.path], siblings: [] })
  const problems = [...(redis?.problems ?? []), ...path.problems, ...(redis === null ? needless(localStore) : [])]
  if (path.value === null || problems.length > 0) return { value: null, problems }
  return { value: { store: path.value, redis: redis?.value ?? null }, problems: [] }
}

const DEFAULT_PATH = 'gateway.sqlite'
const WHAT = 'expected the path of a SQLite file'

const pathSetting = z
  .string({ error: WHAT })
  .min(1, { error: `${WHAT}, found an empty text` })
  .default(DEFAULT_PATH)

/** Null: this is no URL of Redis. */
function readUrl(store: unknown): Checked<Secret> | null {
  if (typeof store !== 'string' || !/^rediss?:/i.test(store)) return null
  if (!isRedis(store)) return wrong(HOW)
  if (new URL(store).password === '') return { value: new Secret(store), problems: [] }
  return wrong(
    'a password is never written into the configuration: give the whole URL as { env: NAME } or { file: PATH }',
  )
}

function readReference(reference: unknown, readSecret: ReadSecret): Checked<Secret> {
  const reading = readSecret(reference)
  if ('wrong' in reading) return wrong(reading.wrong)
  return isRedis(reading.text) ? { value: secretSetting.parse(reading.text), problems: [] } : wrong(HOW)
}

const HOW = 'expected a URL such as redis://127.0.0.1:6379'

function isRedis(text: string): boolean {
  return /^rediss?:\/\//i.test(text) && URL.canParse(text) && new URL(text).hostname !== ''
}

function wrong(message: string): { readonly value: null; readonly problems: readonly ConfigProblem[] } {
  return { value: null, problems: [{ path: 'store', message }] }
}

function needless(localStore: unknown): readonly ConfigProblem[] {
  if (localStore === undefined) return []
  return [{ path: 'localStore', message: 'this is needed only where store is a Redis; give the path as store' }]
}

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
