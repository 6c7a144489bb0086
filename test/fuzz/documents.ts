import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  OperationTypeNode,
} from 'graphql'
import type { Random } from './random.ts'
import { drawArgument, type ValueSource } from './values.ts'

/** What a client may send to have an operation run. */
export interface Asked {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

/** Draws a document from a schema, most of the time a valid one and one within limits. */
export function drawDocument(schema: GraphQLSchema, source: ValueSource): Asked {
  return new DocumentDrawing(schema, source).draw()
}

const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode

class DocumentDrawing {
  readonly #schema: GraphQLSchema
  readonly #source: ValueSource
  readonly #random: Random
  readonly #variables: Record<string, unknown> = {}
  readonly #definitions: string[] = []
  readonly #fragments: string[] = []
  #fieldsLeft: number

  constructor(schema: GraphQLSchema, source: ValueSource) {
    this.#schema = schema
    this.#source = source
    this.#random = source.random
    this.#fieldsLeft = this.#random.chance(0.9) ? this.#random.between(2, 40) : this.#random.between(40, 400)
  }

  draw(): Asked {
    const kind = this.#random.pick(KINDS)
    const type = this.#schema.getRootType(kind)
    if (type == null) throw new Error(`there is no ${kind}`)
    const depth = this.#random.chance(0.95) ? this.#random.between(2, 8) : this.#random.between(8, 20)
    const most = kind === QUERY ? this.#random.between(1, 3) : 1
    const selection = this.#rootSelection(type, most, depth)
    const variables = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : ''
    const query = [`${kind} Drawn${variables} ${selection}`, ...this.#fragments].join('\n')
    return { query, variables: this.#variables, ...(this.#random.chance(0.2) && { operationName: 'Drawn' }) }
  }

  #rootSelection(type: GraphQLObjectType, most: number, depth: number): string {
    const fields = Object.values(type.getFields())
    const names = Array.from({ length: most }, () => this.#random.pick(fields))
    return `{ ${[...new Set(names)].map((field) => this.#field(field, depth)).join(' ')} }`
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    if (isAbstractType(type)) return this.#choice(type.name, this.#schema.getPossibleTypes(type), depth)
    if (!isObjectType(type)) return ''
    const body = this.#fieldsOf(type, depth)
    if (!this.#random.chance(0.08) || this.#fragments.length > 5) return `{ ${body} }`
    const name = `Part${this.#fragments.length}`
    this.#fragments.push(`fragment ${name} on ${type.name} { ${body} }`)
    return `{ ...${name} }`
  }

  #choice(name: string, types: readonly GraphQLObjectType[], depth: number): string {
    const chosen = types.filter(() => this.#random.chance(2 / types.length))
    const parts = chosen.map((type) => `... on ${type.name} { ${this.#fieldsOf(type, depth)} }`)
    const common = name === 'Node' && this.#random.chance(0.5) ? 'id ' : ''
    return `{ __typename ${common}${parts.join(' ')} }`
  }

  #fieldsOf(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter((field) => depth > 1 || isLeafType(getNamedType(field.type)))
    const wanted = fields.filter(() => this.#random.chance(Math.max(0.15, 3 / fields.length)))
    const drawn = wanted.flatMap((field) => (this.#fieldsLeft > 0 ? [this.#field(field, depth)] : []))
    return drawn.length > 0 ? drawn.join(' ') : '__typename'
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    this.#fieldsLeft -= 1
    const alias = this.#random.chance(0.02) ? `${this.#random.pick(ALIASES)}: ` : ''
    const directive = this.#random.chance(0.02) ? ` @${this.#random.pick(['skip', 'include'])}(if: true)` : ''
    const below = this.#selection(getNamedType(field.type), depth - 1)
    return `${alias}${field.name}${this.#arguments(field.args)}${directive} ${below}`.trimEnd()
  }

  #arguments(given: readonly GraphQLArgument[]): string {
    const wanted = given.filter((argument) => isRequiredArgument(argument) || this.#random.chance(0.4))
    const drawn = wanted.map((argument) => `${argument.name}: ${this.#argument(argument)}`)
    return drawn.length > 0 ? `(${drawn.join(', ')})` : ''
  }

  #argument({ type }: GraphQLArgument): string {
    const { literal, json } = drawArgument(type, this.#source)
    if (!this.#random.chance(0.3)) return literal
    const name = `v${this.#definitions.length}`
    this.#definitions.push(`$${name}: ${type}`)
    this.#variables[name] = json
    return `$${name}`
  }
}

const KINDS = [...Array<OperationTypeNode>(16).fill(QUERY), MUTATION, MUTATION, MUTATION, SUBSCRIPTION]
const ALIASES = ['one', 'two', 'constructor', '_proto', 'toString', 'then', 'data', 'errors']
