import type { MatrixViewer } from './tenants.ts'

/** Asks over HTTP as anybody. */
export class Asker {
  readonly #url: string
  asked = 0

  constructor(url: string) {
    this.#url = url
  }

  /** The answer as it stands in the body, the status in front. */
  async text(viewer: MatrixViewer, query: string, variables: object): Promise<string> {
    this.asked += 1
    const send = () =>
      fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: viewer.authorization },
        body: JSON.stringify({ query, variables }),
      })
    // An idle connection may end at the moment when it is used again: then nothing was asked yet.
    const answer = await send().catch(send)
    return `${answer.status} ${await answer.text()}`
  }

  async data(viewer: MatrixViewer, query: string, variables: object = {}): Promise<any> {
    const text = await this.text(viewer, query, variables)
    return JSON.parse(text.slice(4))
  }
}
