import { type Claims, claimsSchema } from '../identity/claims.ts'
import { CONFIG_OPTIONS, readArguments, requiredConfig, UsageError, wholeNumber } from './arguments.ts'

/** What the user wants to be done about who is let in. */
export type AccessCommand =
  | {
      readonly verb: 'api-key create'
      readonly config: string
      readonly name: string
      readonly claims: Claims
      readonly days: number | null
    }
  | { readonly verb: 'api-key list'; readonly config: string }
  | { readonly verb: 'api-key revoke'; readonly config: string; readonly id: string }
  | { readonly verb: 'revoke'; readonly config: string; readonly which: { subject: string } | { token: string } }

export function readApiKeyCommand(args: readonly string[], environment: NodeJS.ProcessEnv): AccessCommand {
  const [verb, ...rest] = args
  if (verb === 'create') return creation(rest, environment)
  if (verb === 'list') {
    const { values } = readArguments(rest, CONFIG_OPTIONS, 0)
    return { verb: 'api-key list', config: requiredConfig('api-key list', values.config, environment) }
  }
  if (verb !== 'revoke') throw new UsageError('api-key needs one of: create, list, revoke')
  const { values, positionals } = readArguments(rest, CONFIG_OPTIONS, 1)
  const [id] = positionals
  if (id === undefined) throw new UsageError('api-key revoke needs the id of a key: see api-key list')
  return { verb: 'api-key revoke', config: requiredConfig('api-key revoke', values.config, environment), id }
}

export function readRevokeCommand(args: readonly string[], environment: NodeJS.ProcessEnv): AccessCommand {
  const options = { ...CONFIG_OPTIONS, subject: { type: 'string' }, token: { type: 'string' } } as const
  const { config, subject, token } = readArguments(args, options, 0).values
  const which = subject && !token ? { subject } : token && !subject ? { token } : null
  if (which === null) throw new UsageError('revoke needs either --subject SUB or --token JTI')
  return { verb: 'revoke', config: requiredConfig('revoke', config, environment), which }
}

const CREATION_OPTIONS = {
  ...CONFIG_OPTIONS,
  name: { type: 'string' },
  kind: { type: 'string' },
  account: { type: 'string', multiple: true },
  'all-accounts': { type: 'boolean' },
  operations: { type: 'string' },
  days: { type: 'string' },
} as const

function creation(args: readonly string[], environment: NodeJS.ProcessEnv): AccessCommand {
  const { values } = readArguments(args, CREATION_OPTIONS, 0)
  const { name, kind = 'service', account = [], operations, days } = values
  if (!name) throw new UsageError('api-key create needs --name NAME')
  const everywhere = values['all-accounts'] === true
  if (everywhere === account.length > 0) throw new UsageError('api-key create needs --account KEY, or --all-accounts')
  const claims = claimsSchema.safeParse({
    kind,
    accounts: everywhere ? 'all' : Object.fromEntries(account.map(readGrant)),
    ...(operations !== undefined && { operations: operations.split(',') }),
  })
  if (!claims.success) {
    throw new UsageError(
      '--kind is service, admin, agent or end-user; --operations some of query,mutation,subscription; ' +
        'an end user needs --account KEY=NAME, a service or admin --account KEY',
    )
  }
  return {
    verb: 'api-key create',
    config: requiredConfig('api-key create', values.config, environment),
    name,
    claims: claims.data,
    days: days === undefined ? null : wholeNumber('days', days),
  }
}

/** `support`, or `support=user:3`. */
function readGrant(text: string): readonly [string, string | true] {
  const at = text.indexOf('=')
  return at < 0 ? [text, true] : [text.slice(0, at), text.slice(at + 1)]
}
