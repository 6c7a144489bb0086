import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** The command line says something that does not exist. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Throws `UsageError` for everything that is not among the options, and for words too many. */
export function readArguments<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  maxPositionals: number,
) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: maxPositionals > 0, strict: true })
    const excess = parsed.positionals[maxPositionals]
    if (excess !== undefined) throw new UsageError(`"${excess}" is one word too many`)
    return parsed
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message)
    throw error
  }
}

export const CONFIG_OPTIONS = { config: { type: 'string' } } as const

/** `given` or the configuration of the environment. Throws `UsageError` where there is neither. */
export function requiredConfig(verb: string, given: string | undefined, environment: NodeJS.ProcessEnv): string {
  const config = given || environment.GATEWAY_CONFIG
  if (!config) throw new UsageError(`${verb} needs --config FILE (or GATEWAY_CONFIG)`)
  return config
}

export function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} needs a whole number`)
  return Number(text)
}
