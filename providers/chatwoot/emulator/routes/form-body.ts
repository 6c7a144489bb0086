import type { Json } from '../records.ts'

/** Names in brackets stand inside what is named before them; empty brackets make a list of everything sent under that name. */
export function readForm(form: FormData): Json {
  const body: Record<string, unknown> = {}
  for (const name of new Set(form.keys())) {
    const [path, isList] = pathOf(name)
    put(body, path, isList ? form.getAll(name) : form.get(name))
  }
  return body
}

function pathOf(name: string): readonly [path: readonly string[], isList: boolean] {
  const isList = name.endsWith('[]')
  const [first = '', ...inner] = (isList ? name.slice(0, -2) : name).split('[')
  return [[first, ...inner.map((part) => part.replace(']', ''))], isList]
}

function put(body: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    body[key] = value
    return
  }
  const inner = body[key]
  const object: Record<string, unknown> = typeof inner === 'object' && inner !== null ? { ...inner } : {}
  put(object, rest, value)
  body[key] = object
}
