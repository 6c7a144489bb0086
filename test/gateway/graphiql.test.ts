import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GRAPHIQL_TABS } from '../../src/http/graphiql.ts'
import { type RunningDemo, startDemoGateway } from './demo-gateway.ts'
import { openEventSource } from './raw-streams.ts'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let gateway: RunningDemo

beforeAll(async () => {
  gateway = await startDemoGateway()
})
afterAll(() => gateway.close())

describe('the tabs that GraphiQL opens on', () => {
  it.each(tabsOf('query'))('answer in the demo: %s', async (_name, query) => {
    const answer = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    const { data, errors } = (await answer.json()) as { data: Record<string, unknown>; errors?: unknown }
    expect(errors).toBeUndefined()
    expect(Object.keys(data).length).toBeGreaterThan(0)
  })

  it.each(tabsOf('subscription'))('listen in the demo: %s', async (_name, query) => {
    const stream = await openEventSource(gateway.endpoint, query)
    expect(await stream.next()).toMatchObject({
      data: { data: { conversationEvents: { __typename: 'StreamReady' } } },
    })
    stream.close()
  })
})

function tabsOf(kind: 'query' | 'subscription'): [name: string, query: string][] {
  return GRAPHIQL_TABS.flatMap(({ query }) => {
    const name = new RegExp(`^${kind} (\\w+)`, 'm').exec(query)?.[1]
    return name === undefined ? [] : [[name, query]]
  })
}

const title = 'GraphiQL in a browser'
describe.skipIf(!existsSync(CHROMIUM))(
  existsSync(CHROMIUM) ? title : `${title} (skipped: there is no chromium)`,
  () => {
    let browser: Browser
    let page: Page
    const requested: string[] = []
    const forbidden: string[] = []

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
      page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
      page.on('request', (request) => requested.push(request.url()))
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) forbidden.push(message.text())
      })
      await page.goto(gateway.endpoint)
    })
    afterAll(() => browser.close())

    it('has our name and opens on our tabs', async () => {
      expect(await page.title()).toBe('Conversation Gateway')
      await page.getByRole('tab', { name: 'Inbox' }).waitFor()
      for (const name of ['Thread', 'Accounts', 'Unread']) {
        expect(await page.getByRole('tab', { name }).count()).toBe(1)
      }
    })

    it('runs the first query and shows what came', async () => {
      await page.getByRole('button', { name: /execute query/i }).click()
      await page.locator('.graphiql-response').getByText('"conversations"').waitFor()
      const shown = await page.locator('.graphiql-response').textContent()
      expect(shown).toContain('lastActivityAt')
      const screenshot = process.env.GRAPHIQL_SCREENSHOT
      if (screenshot) await page.screenshot({ path: screenshot })
    })

    it('finds nothing wrong in the query, knowing the schema', async () => {
      expect(await page.locator('.graphiql-query-editor .squiggly-error').count()).toBe(0)
    })

    it('listens to what happens', async () => {
      await page.getByRole('tab', { name: 'Live' }).click()
      await page.getByRole('button', { name: /execute query/i }).click()
      await page.locator('.graphiql-response').getByText('"conversationEvents"').waitFor()
    })

    it('needs nothing that its policy forbids', () => {
      expect(forbidden).toEqual([])
    })

    it('asks nobody but the gateway', () => {
      const foreign = requested.filter((url) => !url.startsWith(gateway.url) && !/^(data|blob):/.test(url))
      expect(foreign).toEqual([])
      expect(requested.length).toBeGreaterThan(1)
    })
  },
)
