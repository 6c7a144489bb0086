import type { Adapter } from '../kit/adapter.ts'
import { BirdClient } from './client.ts'
import { type BirdSettings, birdSettings } from './config.ts'
import { BirdConnection } from './connection.ts'
import { BirdProvider } from './provider.ts'

/** Bird's "CRM" generation: the API under `/workspaces`, the only one of its three that has conversations. */
export const bird: Adapter<BirdSettings> = {
  name: 'bird',
  retriesWebhooks: true,
  // 50 reads a second.
  callsPerMinute: 3_000,
  settings: birdSettings,
  isIdentity: (kind, name) => (kind === 'end-user' ? CONTACT : AGENT).test(name),
  create: (account, settings) =>
    new BirdProvider(account, settings, new BirdClient(new BirdConnection(account, settings))),
}

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const CONTACT = new RegExp(`^contact:${UUID}$`)
const AGENT = new RegExp(`^(user|agent):${UUID}$`)
