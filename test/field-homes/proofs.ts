import { expect } from 'vitest'
import type { Evidence, Proof, Sight } from './homes.ts'

/** The provider said it, and no answer shows it. */
export function hidden(canary: string): Proof {
  return ({ stub, shown }) => {
    expect(has(stub.given, canary), `the provider said ${canary}`).toBe(true)
    expect(has([shown], canary), `clients saw ${canary}`).toBe(false)
  }
}

/** The provider said it, and neither an answer nor the log shows it. */
export function kept(canary: string): Proof {
  return (evidence) => {
    hidden(canary)(evidence)
    expect(has(evidence.log, canary), `the log has ${canary}`).toBe(false)
  }
}

/** A request to this route was made, with this header where one is named. */
export function sent(route: string, header?: string, value?: string): Proof {
  return ({ stub }) => {
    const requests = stub.requests.filter((request) => request.route === route)
    expect(requests, route).not.toEqual([])
    if (header !== undefined) expect(requests.map(({ headers }) => headers[header])).toContain(value)
  }
}

/** It went to the provider with every request, and neither an answer nor the log shows it. */
export function credential(header: string, value: string): Proof {
  return ({ stub, shown, log }) => {
    expect(new Set(stub.requests.map(({ headers }) => headers[header]))).toEqual(new Set([value]))
    const canary = value.slice(value.indexOf('canary'))
    expect(has([shown], canary), `clients saw ${canary}`).toBe(false)
    expect(has(log, canary), `the log has ${canary}`).toBe(false)
  }
}

/** An answer has it there. */
export function seen(sight: Sight): Proof {
  return (evidence) => expectSeen(evidence, sight)
}

export function expectSeen({ answers }: Pick<Evidence, 'answers'>, { question, path, value }: Sight): void {
  const found = plain(valueAt(answers.get(question), path))
  if (typeof value === 'object' && value !== null) expect(found, path).toMatchObject(value)
  else expect(found, path).toEqual(value)
}

/** Which field of which type a path of an answer ends in; past it there may be a list or free-form JSON. */
export function fieldAt(answer: any, path: string): string | null {
  let field: string | null = null
  let value = rootOf(answer, path)
  for (const key of keysOf(path)) {
    if (typeof value?.__typename === 'string') field = `${value.__typename}.${key}`
    value = value?.[key]
  }
  return field
}

function valueAt(answer: any, path: string): unknown {
  return keysOf(path).reduce((value, key) => value?.[key], rootOf(answer, path))
}

function rootOf(answer: any, path: string): any {
  return path.startsWith('errors') ? answer : answer?.data
}

function keysOf(path: string): readonly string[] {
  return path.split('.')
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (key === '__typename' ? [] : [[key, plain(part)]])),
  )
}

function has(texts: readonly string[], canary: string): boolean {
  return texts.some((text) => text.includes(canary))
}
