import { existsSync, readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { type BirdEmulatorOptions, startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'

/** An answer, looked into freely: whether it has the shape it should is what the tests ask. */
export type Json = Record<string, any>

/** A running emulator and short ways to ask it. */
export interface Desk {
  readonly url: string
  readonly settings: { readonly baseUrl: string; readonly workspaceId: string; readonly accessKey: string }
  readonly root: string
  get(path: string, headers?: Record<string, string>): Promise<{ readonly status: number; readonly body: Json }>
  /** Every page of a list, in order. */
  walk(path: string): Promise<Json[][]>
  control(act: string, body: unknown): Promise<Json>
  state(): Promise<EmulatorState>
}

const BIRD_DATA = new URL('../../../shared/providers/data/bird/', import.meta.url)
export const hasBirdData = existsSync(BIRD_DATA)

export function birdDocument(path: string): Json {
  return JSON.parse(readFileSync(new URL(path, BIRD_DATA), 'utf8'))
}

/** Starts one for this test, closed when the test ends. */
export async function openDesk(options: Partial<BirdEmulatorOptions> = {}): Promise<Desk> {
  const emulator = await startBirdEmulator({ port: 0, ...options })
  onTestFinished(() => emulator.close())
  return deskOf(emulator)
}

export function deskOf(emulator: Awaited<ReturnType<typeof startBirdEmulator>>): Desk {
  const settings = emulator.settings as Desk['settings']
  const root = `${emulator.url}/workspaces/${settings.workspaceId}`
  const get: Desk['get'] = async (path, headers = { authorization: `AccessKey ${settings.accessKey}` }) => {
    const response = await fetch(path.startsWith('http') ? path : `${root}${path}`, { headers })
    return { status: response.status, body: (await response.json()) as Json }
  }
  const walk: Desk['walk'] = async (path) => {
    const pages: Json[][] = []
    let token: string | undefined = ''
    while (token !== undefined) {
      const { body } = await get(`${path}${path.includes('?') ? '&' : '?'}pageToken=${encodeURIComponent(token)}`)
      pages.push(body.results)
      token = body.nextPageToken
    }
    return pages
  }
  return {
    url: emulator.url,
    settings,
    root,
    get,
    walk,
    control: async (act, body) => {
      const init = { method: 'POST', body: JSON.stringify(body) }
      return (await fetch(`${emulator.url}/__control/${act}`, init)).json() as Promise<Json>
    },
    state: async () => (await fetch(`${emulator.url}/__control/state`)).json() as Promise<EmulatorState>,
  }
}

/** All conversations, as one page tells them. */
export async function conversationsOf(desk: Desk): Promise<Json[]> {
  return (await desk.get('/conversations?limit=100')).body.results
}

/** Those of these conversations that are on the channel of that platform. */
export async function onPlatform(desk: Desk, platform: string, conversations: Json[]): Promise<Json[]> {
  const channels: Json[] = (await desk.get('/channels')).body.results
  const channelId = channels.find(({ platformId }) => platformId === platform)?.id
  return conversations.filter((row) => row.channelId === channelId)
}
