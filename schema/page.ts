import type { ObjectParam } from '@pothos/core'
import { builder, type Types } from './builder.ts'
import { clientError } from './errors.ts'

export const DEFAULT_PAGE_SIZE = 25
export const MAX_PAGE_SIZE = 100

/** Part of a list, in the order in which it is shown. */
export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[]
  readonly pageInfo: PageInfo
}

export interface Edge<Node> {
  readonly node: Node
  /** Made when it is asked for. */
  readonly cursor: () => string
}

export interface PageInfo {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: () => string | null
  readonly endCursor: () => string | null
}

/** The page info of edges that bring their own cursors. */
export function pageInfoOf(edges: readonly Edge<unknown>[], more: { next: boolean; previous: boolean }): PageInfo {
  return {
    hasNextPage: more.next,
    hasPreviousPage: more.previous,
    startCursor: () => edges[0]?.cursor() ?? null,
    endCursor: () => edges.at(-1)?.cursor() ?? null,
  }
}

/** A page size that was asked for, checked against the limits. */
export function readPageSize(name: string, size: number | null | undefined): number {
  if (size === null || size === undefined) return DEFAULT_PAGE_SIZE
  if (size >= 0 && size <= MAX_PAGE_SIZE) return size
  if (size > MAX_PAGE_SIZE) throw clientError('TOO_MANY_ROWS', `${name}: at most ${MAX_PAGE_SIZE}, found ${size}.`)
  throw clientError('VALIDATION_FAILED', `${name}: expected a whole number from 0 to ${MAX_PAGE_SIZE}, found ${size}.`)
}

export const PageInfoRef = builder.objectRef<PageInfo>('PageInfo').implement({
  audience: 'public',
  description: 'Whether a list goes on, and from where.',
  fields: (t) => ({
    hasNextPage: t.boolean({
      nullable: false,
      description: 'Ask again with after: endCursor.',
      resolve: (info) => info.hasNextPage,
    }),
    hasPreviousPage: t.boolean({
      nullable: false,
      description: 'Ask again with before: startCursor, where the list goes both ways.',
      resolve: (info) => info.hasPreviousPage,
    }),
    startCursor: t.string({ description: 'Of the first edge.', resolve: (info) => info.startCursor() }),
    endCursor: t.string({ description: 'Where the next page begins.', resolve: (info) => info.endCursor() }),
  }),
})

/** The edge type of a list, by Relay's name. */
export function edgeRef<Node extends object>(name: string, node: ObjectParam<Types>) {
  return builder.objectRef<Edge<Node>>(`${name}Edge`).implement({
    audience: 'public',
    description: `One ${name} in a list.`,
    fields: (t) => ({
      node: t.field({
        type: node,
        nullable: false,
        description: 'The thing itself.',
        resolve: (row) => row.node as never,
      }),
      cursor: t.string({
        nullable: false,
        description: 'Ask for what comes after or before it.',
        resolve: (row) => row.cursor(),
      }),
    }),
  })
}

/** The connection type of a list, by Relay's name. Further fields are added with `builder.objectField`. */
export function connectionRef<Node extends object, Shape extends Connection<Node> = Connection<Node>>(
  name: string,
  node: ObjectParam<Types>,
  edge = edgeRef<Node>(name, node),
) {
  return builder.objectRef<Shape>(`${name}Connection`).implement({
    audience: 'public',
    description: `A page of a list of ${name}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'The rows with their cursors.',
        resolve: (page) => page.edges,
      }),
      nodes: t.field({
        type: [node],
        nullable: false,
        description: 'The rows alone.',
        resolve: (page) => page.edges.map((row) => row.node) as never,
      }),
      pageInfo: t.field({
        type: PageInfoRef,
        nullable: false,
        description: 'Whether there is more.',
        resolve: (page) => page.pageInfo,
      }),
    }),
  })
}
