import type { ConversationRef, InputIssue, MessageRef, Support } from '../../providers/port/index.ts'
import { type GlobalId, type GlobalIdOf, isIdOf, parseGlobalId } from '../global-id.ts'
import { invalid, Refusal } from '../problems.ts'

/** What is wrong with one input: gathered, so that a client learns of everything at once. */
export class Issues {
  readonly #found: InputIssue[] = []

  /** `path` is within the input, its keys joined by dots; empty for the input as a whole. */
  add(path: string, detail: string): void {
    this.#found.push({ path: path === '' ? [] : path.split('.'), detail })
  }

  get found(): boolean {
    return this.#found.length > 0
  }

  /** Throws `Refusal` where anything was found. */
  refuse(): void {
    if (this.found) throw new Refusal('INVALID', invalid(this.#found))
  }

  /** An id of something of this account; null after an issue. */
  readId<Type extends GlobalId['type']>(
    path: string,
    type: Type,
    id: string,
    account: string,
  ): GlobalIdOf<Type> | null {
    const parsed = parseGlobalId(id)
    if (parsed !== null && isIdOf(type, parsed) && parsed.account === account) return parsed
    this.add(path, `Expected the id of a ${type} of the same account.`)
    return null
  }

  /** A message of this conversation; null after an issue. */
  readMessage(path: string, id: string, conversation: ConversationRef): MessageRef | null {
    const parsed = parseGlobalId(id)
    const message = parsed?.type === 'Message' && parsed.account === conversation.account ? parsed.message : null
    if (message?.conversation.native === conversation.native) return message
    this.add(path, 'Expected the id of a Message of the same conversation.')
    return null
  }

  /** A text that has to say something. */
  checkText(path: string, text: string): void {
    if (text.trim() === '') this.add(path, 'There is nothing in it but blanks: expected some text.')
  }

  /** The made-up key of a message. */
  checkClientMessageId(id: string): void {
    if (CLIENT_MESSAGE_ID.test(id)) return
    this.add('clientMessageId', 'Expected 1 to 64 letters, digits and signs of ASCII without blanks, such as a UUID.')
  }

  /** Characters are counted as code points. */
  checkLength(path: string, text: string, { limits }: Support): void {
    const max = limits?.maxLength
    if (max === undefined || text.length <= max) return
    const length = [...text].length
    if (length > max) this.add(path, `It has ${length} characters: at most ${max} are taken.`)
  }

  /** A limit beside a time is a rate, which nothing here can tell. */
  checkCount(path: string, count: number, { limits }: Support): void {
    const max = limits?.windowSeconds === undefined ? limits?.maxCount : undefined
    if (max !== undefined && count > max) this.add(path, `There are ${count}: at most ${max} are taken.`)
  }
}

/** What fits into every provider's field for it, together with the mark that shows it to be ours. */
const CLIENT_MESSAGE_ID = /^[\x21-\x7e]{1,64}$/
