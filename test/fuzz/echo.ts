import { createServer } from 'node:http'

/** Answers every request with its own length: what any program in its place would have to bear. */
const server = createServer(async (request, response) => {
  let bytes = 0
  for await (const chunk of request) bytes += chunk.length
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ bytes }))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null)
    process.stdout.write(`ready http://127.0.0.1:${address.port}/graphql\n`)
})
