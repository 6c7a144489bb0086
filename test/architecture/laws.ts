/**
 * Who may import whom: providers know vendors, schema knows clients, src introduces them.
 *
 * Paths are from the top of the repository. `*` stands for anything within a path segment, `**` for any number of segments,
 * `<v>` for one vendor: the same one throughout a law. The first law whose room has the file holds for it.
 */
export interface Law {
  readonly room: string
  /** Files and packages that it may use. */
  readonly may: readonly string[]
  /** What it may know of by `import type` alone. */
  readonly types?: readonly string[]
}

const WEB_FRAMEWORK = ['hono', 'hono/**', '@hono/node-server', 'ws']
const RESILIENCE = ['undici', 'cockatiel', 'zod', 'ws']
const HOST_LIBRARIES = [
  'graphql',
  'graphql-yoga',
  '@graphql-yoga/render-graphiql',
  'graphql-jit',
  'graphql-ws',
  'ws',
  'jose',
  'pino',
  'yaml',
  '@redis/client',
]
const HOST = ['src/**', 'schema/*', 'providers/port/**', 'providers/kit/*', 'node:**', ...HOST_LIBRARIES]
const SCHEMA_LIBRARIES = ['@pothos/*', 'graphql', 'graphql-yoga', 'graphql-scalars', 'dataloader']
const SCHEMA = ['schema/**', 'providers/port/**', 'node:crypto', ...SCHEMA_LIBRARIES]

export const LAWS: readonly Law[] = [
  { room: 'providers/port/**', may: ['providers/port/**'] },
  {
    room: 'providers/kit/emulator/**',
    may: ['providers/port/**', 'providers/kit/**', 'node:**', ...RESILIENCE, ...WEB_FRAMEWORK],
  },
  { room: 'providers/kit/*', may: ['providers/port/**', 'providers/kit/*', 'node:**', ...RESILIENCE] },
  {
    room: 'providers/<v>/emulator/**',
    // Whatever else it shared with its adapter, it would share the adapter's misunderstandings.
    may: ['providers/<v>/emulator/**', 'providers/kit/emulator/**', 'node:**', ...WEB_FRAMEWORK],
    types: ['providers/<v>/wire.ts'],
  },
  {
    room: 'providers/<v>/*',
    may: ['providers/<v>/*', 'providers/port/**', 'providers/kit/*'],
    types: ['node:**'],
  },
  { room: 'schema/details/index.ts', may: SCHEMA, types: ['providers/<v>/details.ts'] },
  { room: 'schema/details/<v>.ts', may: SCHEMA, types: ['providers/<v>/details.ts'] },
  { room: 'schema/**', may: SCHEMA },
  {
    room: 'src/demo.ts',
    may: [...HOST, 'providers/kit/emulator/index.ts', 'providers/<v>/emulator/index.ts'],
  },
  { room: 'src/**', may: [...HOST, 'providers/<v>/index.ts'] },
  { room: 'test/**', may: ['**'] },
  { room: 'codegen.ts', may: ['@graphql-codegen/*', 'node:**'] },
]
