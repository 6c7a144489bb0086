import { exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import { clearSecrets } from '../../src/config/secrets.ts'
import { readConfig } from '../../src/config.ts'
import { createGateway } from '../../src/gateway.ts'
import { createLogLines, type LogLines } from '../faults/log-lines.ts'
import { Canaries } from './canaries.ts'
import { type EchoingProxy, type Mood, startEchoingProxy } from './echoing-proxy.ts'

/** The vendors, and a configuration in which every secret is a canary. */
export interface SecretWorld {
  readonly canaries: Canaries
  /** Who asks, as one to whom the configuration gives a credential of their own. */
  readonly token: string
  readonly document: object
  /** Signed for nobody that this gateway knows. */
  readonly foreignToken: string
  be(mood: Mood): void
  close(): Promise<void>
}

/** A gateway that logs all there is to log. */
export interface LoggingGateway {
  readonly url: string
  readonly lines: LogLines
  close(): Promise<void>
}

export async function startSecretWorld(): Promise<SecretWorld> {
  const canaries = new Canaries()
  const emulators = [
    await startCometChatEmulator({ port: 0 }),
    await startChatwootEmulator({ port: 0 }),
    await startBirdEmulator({ port: 0 }),
  ] as const
  const [cometchat, chatwoot, bird] = emulators
  const changes = {
    [canaries.make('cometchat apiKey')]: String(cometchat.settings.apiKey),
    [canaries.make('chatwoot token')]: String(chatwoot.settings.token),
    [canaries.make('chatwoot token of a person')]: String(chatwoot.settings.token),
    [canaries.make('bird accessKey')]: String(bird.settings.accessKey),
  }
  const [apiKey, token, personal, accessKey] = Object.keys(changes)
  const proxies: EchoingProxy[] = []
  for (const { url } of emulators) proxies.push(await startEchoingProxy(url, changes))
  const [cometchatUrl, chatwootUrl, birdUrl] = proxies.map(({ url }) => url)
  const secret = (name: string) => canaries.make(name)
  const publicUrl = `https://gateway.example/webhooks/bird/${secret('bird webhookToken')}`
  const accounts = [
    {
      ...cometchat.settings,
      key: 'cometchat',
      provider: 'cometchat',
      baseUrl: `${cometchatUrl}/v3`,
      apiKey,
      webhookToken: secret('cometchat webhookToken'),
      webhook: { username: 'gateway', passwords: [secret('cometchat password')] },
    },
    {
      ...chatwoot.settings,
      key: 'chatwoot',
      provider: 'chatwoot',
      baseUrl: chatwootUrl,
      token,
      credentials: [{ person: 'user:1', token: personal }],
      webhookToken: secret('chatwoot webhookToken'),
      webhookSecrets: [secret('chatwoot webhookSecret')],
    },
    {
      ...bird.settings,
      key: 'bird',
      provider: 'bird',
      baseUrl: birdUrl,
      accessKey,
      webhookToken: publicUrl.split('/').at(-1),
      webhook: { publicUrl, signingKeys: [secret('bird signingKey')] },
    },
  ]
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const stranger = await generateKeyPair('ES256')
  const tokens = {
    issuer: 'secrecy',
    audience: 'gateway',
    algorithms: ['ES256'],
    publicKeys: [await exportSPKI(publicKey)],
  }
  const claims = { kind: 'agent', accounts: { cometchat: true, chatwoot: 'user:1', bird: true } }
  return {
    canaries,
    document: { port: 0, store: ':memory:', identity: { tokens, apiKeys: true }, explorer: true, accounts },
    token: canaries.take('bearer token', await sign(privateKey, claims)),
    foreignToken: canaries.take('foreign bearer token', await sign(stranger.privateKey, claims)),
    be: (mood) => {
      for (const proxy of proxies) proxy.be(mood)
    },
    close: async () => void (await Promise.all([...proxies, ...emulators].map((one) => one.close()))),
  }
}

export async function startLogging({ document }: Pick<SecretWorld, 'document'>): Promise<LoggingGateway> {
  const config = readConfig(document, { environment: {}, readSecret: clearSecrets, source: 'the test' })
  const lines = createLogLines('trace')
  const gateway = await createGateway(config, lines.log)
  return { ...gateway, lines }
}

function sign(key: CryptoKey, claims: object): Promise<string> {
  return new SignJWT({ conversations: claims })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer('secrecy')
    .setAudience('gateway')
    .setSubject('someone')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key)
}
