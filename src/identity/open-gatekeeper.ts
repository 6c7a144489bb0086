import { OPERATION_KINDS } from '../../schema/context.ts'
import type { Config } from '../config.ts'
import type { EventLog } from '../events/log.ts'
import type { Logger } from '../ops/logger.ts'
import { admitEverybody } from './anonymous.ts'
import { openGatekeeper } from './gatekeeper.ts'
import type { Gatekeeper } from './identity.ts'
import { createTokenVerifier } from './json-web-token.ts'
import { KeyRing } from './key-ring.ts'
import { Revocations } from './revocations.ts'

/** Lets in whom the configuration lets in. */
export async function openConfiguredGatekeeper(config: Config, shared: EventLog, log: Logger): Promise<Gatekeeper> {
  const { identity, viewer, accounts } = config
  if (identity === null) {
    return admitEverybody({ id: 'configured', ...viewer, operations: new Set(OPERATION_KINDS) })
  }
  return openGatekeeper({
    tokens: identity.tokens && createTokenVerifier(identity.tokens),
    keys: identity.apiKeys ? new KeyRing(shared) : null,
    revocations: new Revocations(shared),
    accounts,
    onRefusal: (reason) => log.info({ reason }, 'somebody was not let in'),
    onFailure: (error) => log.warn({ err: error }, 'keys and revocations could not be looked at'),
  })
}
