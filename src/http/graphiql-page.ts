import { answerPage } from './answer.ts'
import { GRAPHIQL_TABS } from './graphiql.ts'
import { type Page, pageOf } from './page.ts'
import type { Route } from './server.ts'

/** GraphiQL with everything in it: no other address is asked for anything. */
export function createGraphiqlRoute(): Route {
  let page: Promise<Page> | null = null
  return async (_request, response) => {
    // On first use, because it is 9 MB.
    page ??= render()
    answerPage(response, await page)
  }
}

async function render(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  return pageOf(renderGraphiQL(OPTIONS), NEEDS)
}

const OPTIONS = {
  title: 'Conversation Gateway',
  defaultTabs: [...GRAPHIQL_TABS],
  defaultEditorToolsVisibility: false,
}

/** Its editor writes styles as it goes, has its letters and pictures in itself, and checks documents in workers. */
const NEEDS = [
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  'worker-src blob: data:',
  "connect-src 'self'",
]
