import type { DocumentNode } from 'graphql'

/** Documents that have been found valid, by their text; those used last stay. Valid for everybody: the schema is one. */
export class KnownDocuments {
  readonly #documents = new Map<string, DocumentNode>()

  find(text: string): DocumentNode | null {
    const document = this.#documents.get(text)
    if (document === undefined) return null
    this.#documents.delete(text)
    this.#documents.set(text, document)
    return document
  }

  remember(document: DocumentNode): void {
    const text = document.loc?.source.body
    if (text === undefined || text.length > MAX_LENGTH) return
    this.#documents.set(text, document)
    const [oldest] = this.#documents.keys()
    if (this.#documents.size > MAX_DOCUMENTS && oldest !== undefined) this.#documents.delete(oldest)
  }
}

const MAX_DOCUMENTS = 500
/** In characters; what is longer is rare, and its parsing is not what it costs. */
const MAX_LENGTH = 16_384
