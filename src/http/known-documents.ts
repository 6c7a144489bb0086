import type { DocumentNode } from 'graphql'
import { RecentMap } from '../recent-map.ts'

/** Documents that have been found valid, by their text; those used last stay. Valid for everybody: the schema is one. */
export class KnownDocuments {
  readonly #documents = new RecentMap<string, DocumentNode>(MAX_DOCUMENTS)

  find(text: string): DocumentNode | null {
    return this.#documents.get(text) ?? null
  }

  remember(document: DocumentNode): void {
    const text = document.loc?.source.body
    if (text !== undefined && text.length <= MAX_LENGTH) this.#documents.set(text, document)
  }
}

const MAX_DOCUMENTS = 500
/** In characters; what is longer is rare, and its parsing is not what it costs. */
const MAX_LENGTH = 16_384
