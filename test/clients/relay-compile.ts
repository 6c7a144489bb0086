import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse, print } from 'graphql'

const DOCUMENTS = new URL('relay/', import.meta.url)
const COMPILER = fileURLToPath(import.meta.resolve('relay-compiler/cli.js'))
const SCHEMA = new URL('../../schema/schema.graphql', import.meta.url)

export interface Compiled {
  /** All that the compiler says. */
  readonly said: string
  /** The text of every operation as Relay would send it, by name. */
  readonly operations: ReadonlyMap<string, string>
}

/** Compiles the documents in `relay` against the committed schema. Throws where the compiler does not succeed. */
export async function compileForRelay(): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-'))
  try {
    await mkdir(join(folder, 'src'))
    await writeFile(join(folder, 'schema.graphql'), await readFile(SCHEMA))
    for (const name of await readdir(DOCUMENTS)) await writeModule(folder, name)
    await writeFile(join(folder, 'operations.json'), '{}')
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify(CONFIG))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [COMPILER, 'relay.config.json'], {
      cwd: folder,
    })
    const texts: Record<string, string> = JSON.parse(await readFile(join(folder, 'operations.json'), 'utf8'))
    return { said: stdout + stderr, operations: new Map(Object.values(texts).map((text) => [nameOf(text), text])) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const CONFIG = {
  src: './src',
  schema: './schema.graphql',
  language: 'typescript',
  persistConfig: { file: './operations.json', algorithm: 'SHA256' },
  customScalarTypes: { DateTime: 'string', EventCursor: 'string', JSON: 'unknown', URL: 'string' },
  schemaConfig: {
    // Relay takes whatever is called `id` for the key of a record: only what is unique among all of them may be.
    nonNodeIdFields: { allowedIdTypes: { Attachment: 'ID', Viewer: 'ID' } },
  },
}

/** Relay reads tagged templates, one definition each, whose names begin with that of their module. */
async function writeModule(folder: string, name: string): Promise<void> {
  const { definitions } = parse(await readFile(new URL(name, DOCUMENTS), 'utf8'))
  const tagged = definitions.map((definition) => `graphql\`${print(definition)}\``)
  const lines = ["import { graphql } from 'relay-runtime'", ...tagged]
  await writeFile(join(folder, 'src', name.replace('.graphql', '.ts')), lines.join('\n'))
}

function nameOf(operation: string): string {
  return /(?:query|mutation|subscription) (\w+)/.exec(operation)?.[1] ?? ''
}
