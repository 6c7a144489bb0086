import { defaultFieldResolver, GraphQLError, type GraphQLSchema, isObjectType } from 'graphql'
import { ProviderError } from '../../providers/port/index.ts'

/** Makes any method of anything throw, each time something that is found again wherever it comes out. */
export class Faults {
  /** What has been thrown so far, by the word in it. */
  readonly thrown: string[] = []
  /** The points that were come by since this was emptied last. */
  readonly passed = new Set<string>()
  /** The points that answer later. */
  readonly #promising = new Set<string>()
  #armed: string | null = null
  #kind = 0

  /** From now on this point throws, in one way after the other; null: none does. */
  arm(point: string | null, kind = 0): void {
    this.#armed = point
    this.#kind = kind
  }

  /** The same object, whose methods are points: `name.method`. */
  wrap<T extends object>(name: string, target: T): T {
    return new Proxy(target, {
      get: (object, key) => {
        const value: unknown = Reflect.get(object, key, object)
        if (typeof value === 'object' && value !== null && PARTS.has(key))
          return this.wrap(`${name}.${String(key)}`, value)
        if (typeof value !== 'function' || typeof key === 'symbol') return value
        if (key === 'close') return value.bind(object)
        return (...given: unknown[]) => this.#pass(`${name}.${key}`, () => Reflect.apply(value, object, given))
      },
    })
  }

  /** Every field of a schema becomes a point: `Type.field`. */
  wrapResolvers(schema: GraphQLSchema): void {
    for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
      if (type.name.startsWith('__')) continue
      for (const field of Object.values(type.getFields())) {
        const { resolve = defaultFieldResolver } = field
        const point = `${type.name}.${field.name}`
        field.resolve = (...given) => this.#pass(point, () => resolve(...given))
      }
    }
  }

  #pass(point: string, go: () => unknown): unknown {
    this.passed.add(point)
    if (point !== this.#armed) return this.#notice(point, go())
    const canary = `canary-${this.thrown.length}-${point}`
    this.thrown.push(canary)
    const error = KINDS[this.#kind % KINDS.length]?.(canary)
    // What answers at once cannot fail later.
    if (this.#promising.has(point) && this.thrown.length % 2 === 0) return Promise.reject(error)
    throw error
  }

  #notice(point: string, result: unknown): unknown {
    if (result instanceof Promise) this.#promising.add(point)
    return result
  }
}

/** Of a provider: what can be done, and how its events come in. */
const PARTS: ReadonlySet<string | symbol> = new Set(['acts', 'inlet'])

/** The ways in which something may go wrong that nobody has foreseen. */
const KINDS: readonly ((canary: string) => unknown)[] = [
  (canary) => new TypeError(canary),
  (canary) => new Error(canary, { cause: new Error(`because of ${canary}`) }),
  (canary) => canary,
  (canary) => ({ message: canary, code: canary, extensions: { code: 'NOT_FOUND', canary } }),
  (canary) => new GraphQLError(canary),
  (canary) =>
    new GraphQLError(canary, { extensions: { canary, http: { status: 418, headers: { 'x-canary': canary } } } }),
  (canary) => new AggregateError([new Error(canary)], canary),
  (canary) => Object.assign(new Error(canary), { extensions: { canary, http: { headers: { 'x-canary': canary } } } }),
  (canary) => Object.assign(new RangeError(canary), { name: canary, stack: canary }),
  (canary) => new ProviderError('UNAVAILABLE', canary, { cause: new Error(canary) }),
  (canary) => new ProviderError('INVALID', canary),
]

export const KIND_COUNT = KINDS.length
