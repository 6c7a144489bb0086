import { answerPage } from './answer.ts'
import { pageOf } from './page.ts'
import type { Route } from './server.ts'

export const answerHome: Route = (_request, response) => answerPage(response, PAGE)

const PAGE = pageOf(`<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Conversation Gateway</title>
  <style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
  <h1>Conversation Gateway</h1>
  <p>One GraphQL API over the conversations of CometChat, Chatwoot and Bird.</p>
  <ul>
    <li><a href="/graphql">/graphql</a>: the API; in a browser, GraphiQL
    <li><a href="/livez">/livez</a>: the process runs
    <li><a href="/readyz">/readyz</a>: new requests are welcome
    <li><a href="/metrics">/metrics</a>: numbers for Prometheus
  </ul>
</html>
`)
