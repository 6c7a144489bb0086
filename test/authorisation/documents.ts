import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLUnionType,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  parse,
  validate,
} from 'graphql'
import { schema } from '../../schema/index.ts'
import { estimateCalls } from '../../src/limits/cost.ts'
import { createDocumentRule } from '../../src/limits/document-rule.ts'
import { checkDocumentText } from '../../src/limits/document-text.ts'
import { DEFAULT_LIMITS } from '../../src/limits/limits.ts'
import type { VendorName } from '../support/world.ts'

/** How many rows of a list are asked for: enough to meet somebody else’s. */
const ROWS = 3
const DEPTHS = [5, 4, 3, 2, 1] as const
const VENDOR_WORDS: Readonly<Record<VendorName, string>> = {
  bird: 'Bird',
  chatwoot: 'Chatwoot',
  cometchat: 'CometChat',
}

/**
 * Selections of a type that have all its fields between them, each as deep as the limits allow in such a document, and as few
 * as hold them. `wrap` makes the whole document of a selection; `maxDepth`: where the limits allow more.
 */
export function selectionsOf(
  typeName: string,
  vendor: VendorName,
  wrap: (selection: string) => string,
  maxDepth: number = DEPTHS[0],
): readonly string[] {
  const type = schema.getType(typeName)
  if (!isObjectType(type)) throw new Error(`${typeName} is no object`)
  const packed: string[] = []
  for (const field of Object.values(type.getFields())) {
    const own = deepest(field, type, vendor, wrap, maxDepth)
    const last = packed.at(-1)
    if (last !== undefined && isAllowed(wrap(`${last} ${own}`))) packed[packed.length - 1] = `${last} ${own}`
    else packed.push(own)
  }
  return packed.map((selection) => `__typename ${selection}`)
}

/** All leaves of a type and what is in its objects, a little deep. */
export function shallow(typeName: string, vendor: VendorName, depth = 1): string {
  const type = schema.getType(typeName)
  return selectionIn(type, { depth, vendor, path: [] }) ?? '__typename'
}

/** An act, with all that is told of what came of it, as deep as the limits allow. */
export function actDocument(field: string, vendor: VendorName): string {
  return known(`${field} ${vendor}`, () => wholeDocument(schema.getMutationType(), 'mutation', field, vendor))
}

/** A subscription, with all that is told. */
export function subscriptionDocument(field: string, vendor: VendorName): string {
  return known(`${field} ${vendor}`, () => wholeDocument(schema.getSubscriptionType(), 'subscription', field, vendor))
}

const documents = new Map<string, string>()

function known(key: string, make: () => string): string {
  const document = documents.get(key) ?? make()
  documents.set(key, document)
  return document
}

function wholeDocument(
  type: GraphQLObjectType | null | undefined,
  kind: string,
  field: string,
  vendor: VendorName,
): string {
  const definition = type?.getFields()[field]
  if (definition === undefined) throw new Error(`there is no ${kind} ${field}`)
  const declared = definition.args.map((argument) => `$${argument.name}: ${argument.type}`)
  const given = definition.args.map(({ name }) => `${name}: $${name}`)
  const wrap = (selection: string) => `${kind} (${declared}) { result: ${field}(${given}) { __typename ${selection} } }`
  // What was said is to be seen before all else.
  const members = schema
    .getPossibleTypes(getNamedType(definition.type) as GraphQLUnionType)
    .toSorted((one, other) => Number(other.name.startsWith('Message')) - Number(one.name.startsWith('Message')))
  return wrap(deepestMembers(members, { vendor, isForStream: kind === 'subscription' }, wrap).join(' '))
}

/** All members of a union, each as deep as the others leave room for. */
function deepestMembers(
  members: readonly GraphQLObjectType[],
  how: Pick<Walk, 'vendor' | 'isForStream'>,
  wrap: (selection: string) => string,
): readonly string[] {
  const at = (member: GraphQLObjectType, depth: number) =>
    `... on ${member.name} { ${selectionIn(member, { depth, ...how, path: [] })} }`
  const selections = members.map((member) => at(member, 0))
  for (const depth of how.isForStream ? [1, 2] : DEPTHS.toReversed()) {
    for (const [index, member] of members.entries()) {
      const deeper = selections.with(index, at(member, depth))
      if (isAllowed(wrap(deeper.join(' ')))) selections[index] = deeper[index] ?? ''
    }
  }
  return selections
}

function deepest(
  field: GraphQLField<unknown, unknown>,
  type: GraphQLObjectType,
  vendor: VendorName,
  wrap: (selection: string) => string,
  maxDepth: number,
): string {
  for (const depth of DEPTHS.filter((one) => one <= maxDepth)) {
    const selection = fieldSelection(field, { depth, vendor, path: [type.name] })
    if (selection !== null && isAllowed(wrap(selection))) return selection
  }
  throw new Error(`${type.name}.${field.name} fits into no document`)
}

interface Walk {
  /** Whether lists are left out: what a stream tells is looked up for every listener. */
  readonly isForStream?: boolean
  readonly depth: number
  readonly vendor: VendorName
  readonly path: readonly string[]
}

function fieldSelection(field: GraphQLField<unknown, unknown>, walk: Walk): string | null {
  if (field.args.some(isRequiredArgument)) return null
  const type = getNamedType(field.type)
  const rows = field.args.find(({ name }) => name === 'first')
  if (rows !== undefined && walk.isForStream) return null
  const call = `${field.name}${rows === undefined ? '' : `(first: ${ROWS})`}`
  if (isLeafType(type)) return call
  if (walk.depth === 0 || walk.path.filter((name) => name === type.name).length > 1) return null
  const inner = selectionIn(type, { ...walk, depth: walk.depth - 1, path: [...walk.path, type.name] })
  return inner && `${call} { ${inner} }`
}

function selectionIn(type: GraphQLNamedType | undefined, walk: Walk): string | null {
  if (isUnionType(type) || isInterfaceType(type)) {
    const members = schema.getPossibleTypes(type).filter(({ name }) => isOf(name, walk.vendor))
    return ['__typename', ...members.map((member) => `... on ${member.name} { ${selectionIn(member, walk)} }`)].join(
      ' ',
    )
  }
  if (!isObjectType(type)) return null
  // The account of everything is the same, and dear.
  const fields = Object.values(type.getFields()).filter(
    ({ name }) => walk.path.length < 2 || !DEAR.has(`${type.name}.${name}`),
  )
  const selections = fields.flatMap((field) => fieldSelection(field, walk) ?? [])
  return ['__typename', ...selections].join(' ')
}

const DEAR: ReadonlySet<string> = new Set(
  ['agents', 'teams', 'labels', 'channels', 'people'].map((name) => `Account.${name}`),
)

/** A type that only one vendor has, and that is not this one, never comes. */
function isOf(typeName: string, vendor: VendorName): boolean {
  const words = Object.entries(VENDOR_WORDS).filter(([, word]) => typeName.startsWith(word))
  return words.length === 0 || words.some(([name]) => name === vendor)
}

const rule = createDocumentRule(DEFAULT_LIMITS)

function isAllowed(text: string): boolean {
  try {
    checkDocumentText(text, DEFAULT_LIMITS)
  } catch {
    return false
  }
  const document = parse(text)
  const operation = getOperationAST(document)
  if (!operation || validate(schema, document).length > 0 || validate(schema, document, [rule]).length > 0) return false
  return estimateCalls(schema, document, operation, {}) <= DEFAULT_LIMITS.calls
}
