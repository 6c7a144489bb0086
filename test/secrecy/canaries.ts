import { randomBytes } from 'node:crypto'

/** Secrets that are found again wherever they come out, whole or in part. */
export class Canaries {
  readonly #secrets: (readonly [name: string, secret: string])[] = []

  /** A new secret, 40 letters and digits. */
  make(name: string): string {
    return this.take(name, randomBytes(20).toString('hex'))
  }

  /** One that was made elsewhere. */
  take(name: string, secret: string): string {
    this.#secrets.push([name, secret])
    return secret
  }

  get count(): number {
    return this.#secrets.length
  }

  /** The names of the secrets of which something can be read in a text, but for those that it may have. */
  in(text: string, allowed: readonly string[] = []): readonly string[] {
    return this.#secrets.flatMap(([name, secret]) => {
      const isTold = formsOf(secret).some((form) => text.includes(form))
      return isTold && !allowed.includes(name) ? [name] : []
    })
  }
}

/** Its beginning, its middle and its end, as they are and in the coats that credentials travel in. */
function formsOf(secret: string): readonly string[] {
  const middle = Math.floor(secret.length / 2)
  const parts = [secret.slice(0, PART), secret.slice(middle, middle + PART), secret.slice(-PART)]
  const encoded = Buffer.from(secret)
  return [...parts, encodeURIComponent(secret), encoded.toString('base64'), encoded.toString('hex')]
}

const PART = 12
