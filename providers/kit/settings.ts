import { z } from 'zod'
import { Secret } from './secret.ts'

/** The pieces of which every adapter's settings are made. Each message says what would be right. */

/** A credential that has already been read from its `{ env: NAME }` or `{ file: PATH }`. */
export const secretSetting = z
  .string({ error: 'expected a secret: write { env: NAME } or { file: PATH }' })
  .min(1, { error: 'the secret is empty' })
  .transform((value) => new Secret(value))

/** An absolute http or https URL without query. Plain http only on this machine: a credential goes with every request. */
export const baseUrlSetting = z
  .string({ error: 'expected a base URL such as https://app.example.com' })
  .refine((value) => isBaseUrl(value), {
    error:
      'expected an absolute https URL without query, such as https://app.example.com (http only for 127.0.0.1 and localhost)',
  })

/** An id that the provider gives, such as an account number or a uuid. YAML may have read it as a number. */
export const idSetting = z
  .union([z.string().min(1), z.number().int().nonnegative()], { error: 'expected an id (text or a whole number)' })
  .transform((value) => String(value))

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

function isBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))
  return isSafe && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
}

export { z }
