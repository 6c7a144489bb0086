import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** What the user wants. */
export type Command =
  | { readonly verb: 'help' | 'version' | 'print-schema' }
  /** `config` null: the demo. */
  | { readonly verb: 'serve'; readonly config: string | null }
  | { readonly verb: 'check-config'; readonly config: string }
  /** `url`: of the GraphQL endpoint. */
  | { readonly verb: 'tail'; readonly url: string }
  | { readonly verb: 'replay'; readonly config: string; readonly account: string }
  | { readonly verb: 'emulate'; readonly vendor: string; readonly port: number; readonly seed: number | null }

/** The command line says something that does not exist. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql'

export const USAGE = `conversation-gateway: one GraphQL API over CometChat, Chatwoot and Bird

  conversation-gateway [--config FILE]                        serve; without a configuration, the demo
  conversation-gateway check-config [--config FILE]           say everything that is wrong in a configuration
  conversation-gateway tail [--url URL]                       print what happens, one line of JSON for each event
  conversation-gateway replay --account KEY [--config FILE]   try again what was given up on
  conversation-gateway emulate VENDOR --port N [--seed N]     run one emulated provider alone
  conversation-gateway print-schema                           the GraphQL schema, sorted
  conversation-gateway --help | --version

  GATEWAY_CONFIG stands in for --config, PORT for the port of a configuration that names none. Without a configuration
  people in the emulated providers talk by themselves, unless DEMO_CHATTER is off. tail listens to the gateway at
  ${DEFAULT_URL} unless told otherwise.
`

export function parseCommandLine(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const [first, ...rest] = args
  if (first === '--help' || first === '-h') return { verb: 'help' }
  if (first === '--version') return { verb: 'version' }
  if (first === undefined || first.startsWith('-')) return { verb: 'serve', config: configOf(args, environment) }
  if (first === 'print-schema') {
    read(rest, {}, 0)
    return { verb: 'print-schema' }
  }
  if (first === 'check-config') return { verb: first, config: requiredConfig(first, configOf(rest, environment)) }
  if (first === 'tail') return tail(rest)
  if (first === 'replay') return replay(rest, environment)
  if (first === 'emulate') return emulation(rest)
  throw new UsageError(`there is no command "${first}"`)
}

const CONFIG_OPTIONS = { config: { type: 'string' } } as const

function configOf(args: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  const { config } = read(args, CONFIG_OPTIONS, 0).values
  return config || environment.GATEWAY_CONFIG || null
}

function requiredConfig(verb: string, config: string | null): string {
  if (config === null) throw new UsageError(`${verb} needs --config FILE (or GATEWAY_CONFIG)`)
  return config
}

function tail(args: readonly string[]): Command {
  const { url = DEFAULT_URL } = read(args, { url: { type: 'string' } } as const, 0).values
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new UsageError(`--url needs an address such as ${DEFAULT_URL}`)
  return { verb: 'tail', url }
}

function replay(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const { values } = read(args, { ...CONFIG_OPTIONS, account: { type: 'string' } } as const, 0)
  if (values.account === undefined) throw new UsageError('replay needs --account KEY')
  const config = requiredConfig('replay', values.config || environment.GATEWAY_CONFIG || null)
  return { verb: 'replay', config, account: values.account }
}

function emulation(args: readonly string[]): Command {
  const { values, positionals } = read(args, { port: { type: 'string' }, seed: { type: 'string' } } as const, 1)
  const [vendor] = positionals
  if (vendor === undefined) throw new UsageError('emulate needs the name of a vendor')
  if (values.port === undefined) throw new UsageError('emulate needs --port N (0 for any free one)')
  const seed = values.seed === undefined ? null : wholeNumber('seed', values.seed)
  const port = wholeNumber('port', values.port)
  if (port > 65_535) throw new UsageError('--port is at most 65535')
  return { verb: 'emulate', vendor, port, seed }
}

function read<Options extends ParseArgsOptionsConfig>(
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

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} needs a whole number`)
  return Number(text)
}
