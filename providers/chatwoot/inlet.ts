import { type DomainEvent, type EventInlet, ProviderError, type SocketListener } from '../port/index.ts'
import type { ChatwootClient } from './client.ts'
import type { ChatwootSettings } from './config.ts'
import { ChatwootSocket } from './socket.ts'
import { WebhookReader } from './webhook.ts'

/**
 * How events come in from one account: by webhooks where it has secrets for them, and by the socket where it is wanted. Null
 * where there is neither.
 */
export function createInlet(account: string, settings: ChatwootSettings, client: ChatwootClient): EventInlet | null {
  const { webhookSecrets = [] } = settings
  if (webhookSecrets.length === 0 && !settings.socket) return null
  const webhooks = new WebhookReader(account, webhookSecrets)
  const socket = settings.socket ? new ChatwootSocket(account, settings, client) : null
  return {
    receive: (delivery) => webhooks.receive(delivery),
    locate: refuseToLocate,
    connect: (listener: SocketListener, signal: AbortSignal) => socket?.listen(listener, signal) ?? null,
  }
}

/** Every webhook of Chatwoot names its conversation. */
async function refuseToLocate(): Promise<readonly DomainEvent[]> {
  throw new ProviderError('NOT_FOUND', 'chatwoot gives nothing that would have to be located')
}
