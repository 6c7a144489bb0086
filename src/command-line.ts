import { type AccessCommand, readApiKeyCommand, readRevokeCommand } from './command-line/access.ts'
import { CONFIG_OPTIONS, readArguments, requiredConfig, UsageError, wholeNumber } from './command-line/arguments.ts'

/** What the user wants. */
export type Command =
  | { readonly verb: 'help' | 'version' | 'print-schema' }
  /** `config` null: the demo. */
  | { readonly verb: 'serve'; readonly config: string | null }
  | { readonly verb: 'check-config'; readonly config: string }
  /** `url`: of the GraphQL endpoint. `token`: what is shown there. */
  | { readonly verb: 'tail'; readonly url: string; readonly token: string | null }
  | AccessCommand
  | { readonly verb: 'replay'; readonly config: string; readonly account: string }
  | { readonly verb: 'emulate'; readonly vendor: string; readonly port: number; readonly seed: number | null }

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql'

export const USAGE = `conversation-gateway: one GraphQL API over CometChat, Chatwoot and Bird

  conversation-gateway [--config FILE]                        serve; without a configuration, the demo
  conversation-gateway check-config [--config FILE]           say everything that is wrong in a configuration
  conversation-gateway tail [--url URL]                       print what happens, one line of JSON for each event
  conversation-gateway replay --account KEY [--config FILE]   try again what was given up on
  conversation-gateway api-key create --name NAME [--kind KIND] --account KEY[=WHO]… | --all-accounts
                       [--operations query,mutation,subscription] [--days N] [--config FILE]
  conversation-gateway api-key list | revoke ID [--config FILE]
  conversation-gateway revoke --subject SUB | --token JTI [--config FILE]
                                                              let a token, or everything somebody has, count no more
  conversation-gateway emulate VENDOR --port N [--seed N]     run one emulated provider alone
  conversation-gateway print-schema                           the GraphQL schema, sorted
  conversation-gateway --help | --version

  GATEWAY_CONFIG stands in for --config, PORT for the port of a configuration that names none. Without a configuration
  people in the emulated providers talk by themselves, unless DEMO_CHATTER is off. tail listens to the gateway at
  ${DEFAULT_URL} unless told otherwise, and shows it the token or key in GATEWAY_TOKEN.
`

export function parseCommandLine(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const [first, ...rest] = args
  if (first === '--help' || first === '-h') return { verb: 'help' }
  if (first === '--version') return { verb: 'version' }
  if (first === undefined || first.startsWith('-')) return { verb: 'serve', config: configOf(args, environment) }
  if (first === 'print-schema') {
    readArguments(rest, {}, 0)
    return { verb: 'print-schema' }
  }
  if (first === 'check-config')
    return {
      verb: first,
      config: requiredConfig(first, readArguments(rest, CONFIG_OPTIONS, 0).values.config, environment),
    }
  if (first === 'tail') return tail(rest, environment)
  if (first === 'replay') return replay(rest, environment)
  if (first === 'api-key') return readApiKeyCommand(rest, environment)
  if (first === 'revoke') return readRevokeCommand(rest, environment)
  if (first === 'emulate') return emulation(rest)
  throw new UsageError(`there is no command "${first}"`)
}

function configOf(args: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  const { config } = readArguments(args, CONFIG_OPTIONS, 0).values
  return config || environment.GATEWAY_CONFIG || null
}

function tail(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const { url = DEFAULT_URL } = readArguments(args, { url: { type: 'string' } } as const, 0).values
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new UsageError(`--url needs an address such as ${DEFAULT_URL}`)
  return { verb: 'tail', url, token: environment.GATEWAY_TOKEN || null }
}

function replay(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const { values } = readArguments(args, { ...CONFIG_OPTIONS, account: { type: 'string' } } as const, 0)
  if (values.account === undefined) throw new UsageError('replay needs --account KEY')
  const config = requiredConfig('replay', values.config, environment)
  return { verb: 'replay', config, account: values.account }
}

function emulation(args: readonly string[]): Command {
  const { values, positionals } = readArguments(
    args,
    { port: { type: 'string' }, seed: { type: 'string' } } as const,
    1,
  )
  const [vendor] = positionals
  if (vendor === undefined) throw new UsageError('emulate needs the name of a vendor')
  if (values.port === undefined) throw new UsageError('emulate needs --port N (0 for any free one)')
  const seed = values.seed === undefined ? null : wholeNumber('seed', values.seed)
  const port = wholeNumber('port', values.port)
  if (port > 65_535) throw new UsageError('--port is at most 65535')
  return { verb: 'emulate', vendor, port, seed }
}
