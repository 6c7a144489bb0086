import { answerPage } from './answer.ts'
import { pageOf } from './page.ts'
import type { Route } from './server.ts'

/** A page that says where things are. `explorer`: whether the API can be looked around in. */
export function createHomeRoute(explorer: boolean): Route {
  const page = pageOf(describe(explorer))
  return (_request, response) => answerPage(response, page)
}

function describe(explorer: boolean): string {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Conversation Gateway</title>
  <style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
  <h1>Conversation Gateway</h1>
  <p>One GraphQL API over the conversations of CometChat, Chatwoot and Bird.</p>
  <ul>
    <li><a href="/graphql">/graphql</a>: the API${explorer ? '; in a browser, GraphiQL' : ''}
    <li><a href="/livez">/livez</a>: the process runs
    <li><a href="/readyz">/readyz</a>: new requests are welcome
    <li><a href="/metrics">/metrics</a>: numbers for Prometheus
  </ul>
</html>
`
}
