import type { GraphiQLOptions } from 'graphql-yoga'

/** The page with everything in it: no other address is asked for anything. Read on first use, because it is 9 MB. */
export async function renderGraphiqlPage(options: GraphiQLOptions): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  return renderGraphiQL(options)
}

export const graphiqlTabs: readonly { readonly query: string }[] = []
