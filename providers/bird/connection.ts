import { Http, type HttpAnswer, type Query, type ReadRequest, type Refusal, type WriteRequest } from '../kit/http.ts'
import { Wire } from '../kit/wire.ts'
import { type CallContext, ProviderError } from '../port/index.ts'
import type { BirdSettings } from './config.ts'
import { toBirdError } from './to-error.ts'
import { readTokenPage, type TokenPage } from './wire.ts'

/** Far below the 50 GETs a second of a workspace, even when each takes no longer than 100 ms. */
const MAX_IN_FLIGHT = 16

/** The way to one workspace. Paths begin behind `/workspaces/{id}`. */
export class BirdConnection {
  readonly #workspace: string
  readonly #http: Http

  constructor(account: string, settings: BirdSettings) {
    this.#workspace = `/workspaces/${encodeURIComponent(settings.workspaceId)}`
    this.#http = new Http({
      name: `bird account "${account}"`,
      baseUrl: settings.baseUrl,
      headers: () => ({ authorization: `AccessKey ${settings.accessKey.reveal()}` }),
      errorOf: (refusal: Refusal, what: string) => toBirdError(refusal, what, account),
      maxInFlight: MAX_IN_FLIGHT,
    })
  }

  async get(path: string, call: CallContext): Promise<Wire> {
    const answer = await this.#read({ path }, call)
    return Wire.object(answer.body, `GET ${path}`)
  }

  async list(path: string, query: Query, call: CallContext): Promise<TokenPage<Wire>> {
    const answer = await this.#read({ path, query }, call)
    return readTokenPage(answer.body, `GET ${path}`)
  }

  /** A list that is asked for by POST. */
  async search(path: string, body: object, call: CallContext): Promise<TokenPage<Wire>> {
    const answer = await this.#http.read({ method: 'POST', path: this.#workspace + path, body }, call)
    return readTokenPage(answer.body, `POST ${path}`)
  }

  /** Answers what was made of it. Throws `OUTCOME_UNKNOWN` for a success that makes no sense. */
  async write(request: WriteRequest, call: CallContext): Promise<Wire> {
    const answer = await this.#http.write({ ...request, path: this.#workspace + request.path }, call)
    return understood(() => Wire.object(answer.body, `${request.method} ${request.path}`))
  }

  async remove(path: string, call: CallContext): Promise<void> {
    await this.#http.write({ method: 'DELETE', path: this.#workspace + path, repeatable: true }, call)
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  /** Bird declares 409 on plain reads, without saying when: once more, then it is the answer. */
  async #read(request: ReadRequest, call: CallContext): Promise<HttpAnswer> {
    const whole = { ...request, path: this.#workspace + request.path }
    try {
      return await this.#http.read(whole, call)
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== 'CONFLICT') throw error
      return this.#http.read(whole, call)
    }
  }
}

/** Reads what a write was answered with: whatever it is, something was done. */
export function understood<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'MALFORMED') throw error
    throw new ProviderError('OUTCOME_UNKNOWN', error.message, { cause: error })
  }
}
