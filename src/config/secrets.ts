import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from '../../providers/kit/settings.ts'
import { type ConfigProblem, kindOf, pathOf } from './problems.ts'
import { shapeOf } from './settings-shape.ts'

/** The clear text of a secret, or what is wrong with the way it is given. */
export type SecretReading = { readonly text: string } | { readonly wrong: string }

/** How a secret is given: by reference in a file, in clear by the demo. */
export type ReadSecret = (value: unknown) => SecretReading

export interface ResolvedSettings {
  readonly settings: unknown
  readonly problems: readonly ConfigProblem[]
}

/** Puts the clear text wherever the schema wants a secret, so that the schema can read the rest. */
export function resolveSecrets(
  schema: z.core.$ZodType,
  settings: unknown,
  at: readonly PropertyKey[],
  readSecret: ReadSecret,
): ResolvedSettings {
  const problems: ConfigProblem[] = []
  const walk = (inner: z.core.$ZodType, value: unknown, path: readonly PropertyKey[]): unknown => {
    const shape = shapeOf(inner)
    if (value === undefined || value === null) return value
    if (shape.kind === 'list' && Array.isArray(value)) {
      return value.map((item, index) => walk(shape.element, item, [...path, index]))
    }
    if (shape.kind === 'group' && isGroup(value)) {
      const entries = Object.entries(value).map(([key, item]) => {
        const known = shape.settings[key]
        return [key, known === undefined ? item : walk(known, item, [...path, key])]
      })
      return Object.fromEntries(entries)
    }
    if (shape.kind !== 'secret') return value
    const reading = readSecret(value)
    if ('text' in reading) return reading.text
    problems.push({ path: pathOf(path), message: reading.wrong })
    return UNREAD
  }
  return { settings: walk(schema, settings, at), problems }
}

/** Secrets as a file gives them: `{ env: NAME }` or `{ file: PATH }`, the path relative to `directory`. */
export function secretReferences(environment: NodeJS.ProcessEnv, directory: string): ReadSecret {
  return (value) => {
    const reference = referenceSchema.safeParse(value)
    if (!reference.success) return { wrong: `${HOW}, found ${describe(value)}` }
    if ('env' in reference.data) return readVariable(environment, reference.data.env)
    return readSecretFile(resolve(directory, reference.data.file))
  }
}

/** Secrets that stand there as they are. */
export const clearSecrets: ReadSecret = (value) =>
  typeof value === 'string' ? { text: value } : { wrong: `expected text, found ${kindOf(value)}` }

const HOW = 'expected { env: NAME } or { file: PATH }'
/** Stands in for a secret that could not be read, so that its absence is not reported a second time. */
const UNREAD = 'unread'

const referenceSchema = z.union([z.strictObject({ env: z.string() }), z.strictObject({ file: z.string().min(1) })])

function describe(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') {
    return `${kindOf(value)}: a secret is never written into the configuration itself`
  }
  return kindOf(value)
}

function readVariable(environment: NodeJS.ProcessEnv, name: string): SecretReading {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) {
    return { wrong: 'expected the name of an environment variable after env: capitals, digits and _ only' }
  }
  const text = environment[name]
  if (text === undefined) return { wrong: `the environment variable ${name} is not set` }
  return text === '' ? { wrong: `the environment variable ${name} is empty` } : { text }
}

/** The path stays unsaid: whoever confused the forms has put the secret there. */
function readSecretFile(path: string): SecretReading {
  try {
    const text = readFileSync(path, 'utf8').trim()
    return text === '' ? { wrong: 'the file named here is empty' } : { text }
  } catch (error) {
    return { wrong: `the file named here cannot be read (${codeOf(error)})` }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
