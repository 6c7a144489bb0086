import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationRef } from '../../providers/port/index.ts'
import { accountId, parseGlobalId } from '../../schema/global-id.ts'
import { schema } from '../../schema/index.ts'
import { selectEverything } from './everything.ts'
import { ACCOUNT, openStubbedGateway, type Setup } from './gateway.ts'
import type { Evidence, Home, Homes, Sight } from './homes.ts'
import { expectSeen, fieldAt } from './proofs.ts'

/** All there is to hold one vendor's homes against. */
export interface HomesOfVendor {
  readonly setup: Setup
  /** Asked in this order, once each. */
  readonly questions: Readonly<Record<string, Question>>
  /** Global ids of things of which everything is asked, six levels deep. */
  readonly nodes: readonly string[]
  readonly homes: Homes
}

export interface Question {
  readonly document: string
  readonly variables?: object
}

const DEPTH = 6

/** A test for every property of the vendor's source document. */
export function describeHomes({ setup, questions, nodes, homes }: HomesOfVendor): void {
  let evidence: Evidence

  beforeAll(async () => {
    const gateway = await openStubbedGateway(setup)
    const answers = new Map<string, any>()
    for (const [name, { document, variables }] of Object.entries(questions)) {
      answers.set(name, await gateway.ask(document, variables))
    }
    const everything = await askEverything(gateway.ask, nodes)
    await gateway.askProvider((provider, call) => provider.getConversations(nodes.flatMap(conversationsIn), call))
    const shown = [...answers.values(), ...everything].map((answer) => JSON.stringify(answer)).join('\n')
    evidence = { ...gateway, answers, shown }
  }, 60_000)

  afterAll(() => evidence?.close())

  for (const [section, ofSection] of Object.entries(homes)) {
    describe(`${section} (${countKinds(Object.values(ofSection))})`, () => {
      it.each(Object.entries(ofSection))('%s', async (_property, home) => {
        for (const [name, sights] of sightsOf(home.shows))
          for (const sight of sights) expectAtHome(evidence, name, sight)
        for (const proof of home.proofs) await proof(evidence)
      })
    })
  }

  it('no secret is in any answer or in the log, and nothing hidden is in any answer', () => {
    const log = evidence.log.join('\n')
    const secrets = canariesIn(JSON.stringify(setup.answers)).filter(isSecret)
    expect(secrets).not.toEqual([])
    expect(canariesIn(evidence.stub.given.join('\n'))).toEqual(expect.arrayContaining([...secrets]))
    expect(log).toContain('refused')
    expect(canariesIn(log).filter(isSecret)).toEqual([])
    expect(canariesIn(evidence.shown).filter((canary) => isSecret(canary) || isHidden(canary))).toEqual([])
  })

  it('everything else that the provider said is in some answer', () => {
    const others = canariesIn(evidence.stub.given.join('\n')).filter((canary) => !isSecret(canary) && !isHidden(canary))
    const shown = new Set(canariesIn(evidence.shown))
    expect(others.filter((canary) => !shown.has(canary))).toEqual([])
  })

  it('everything that can be selected is answered without an error of ours', () => {
    expect(evidence.shown).not.toContain('"INTERNAL"')
    expect(evidence.shown).not.toContain('GRAPHQL_VALIDATION_FAILED')
  })
}

function conversationsIn(node: string): readonly ConversationRef[] {
  const id = parseGlobalId(node)
  return id?.type === 'Conversation' ? [id.conversation] : []
}

function canariesIn(text: string): readonly string[] {
  return [...new Set(text.match(/canary-[\w-]+/g))]
}

function isSecret(canary: string): boolean {
  return canary.startsWith('canary-secret')
}

function isHidden(canary: string): boolean {
  return canary.startsWith('canary-hidden')
}

/** `12 shown, 1 secret`. */
export function countKinds(homes: readonly Home[]): string {
  const kinds = ['shown', 'secret', 'config', 'nowhere'] as const
  const counts = kinds.map((kind) => [kind, homes.filter((home) => home.kind === kind).length] as const)
  return counts.flatMap(([kind, count]) => (count === 0 ? [] : [`${count} ${kind}`])).join(', ')
}

export function sightsOf(shows: Home['shows']): readonly (readonly [string, readonly Sight[]])[] {
  return Object.entries(shows).map(([name, sights]) => [name, [sights].flat() as readonly Sight[]] as const)
}

/** Whether the schema has this home: a field of a type, or a word of an enum. */
export function isInSchema(home: string): boolean {
  const [typeName = '', member = ''] = home.split('.')
  const type = schema.getType(typeName)
  if (type instanceof GraphQLEnumType) return type.getValue(member) !== undefined
  const hasFields =
    type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType || type instanceof GraphQLInputObjectType
  return hasFields && member in type.getFields()
}

/** The value is there, and there is the home. */
export function expectAtHome(evidence: Pick<Evidence, 'answers'>, home: string, sight: Sight): void {
  expectSeen(evidence, sight)
  const [typeName = '', member] = home.split('.')
  const type = schema.getType(typeName)
  const field = fieldAt(evidence.answers.get(sight.question), sight.path)
  if (type instanceof GraphQLObjectType) expect(field, sight.path).toBe(home)
  if (type instanceof GraphQLInterfaceType) {
    const homes = schema.getPossibleTypes(type).map(({ name }) => `${name}.${member}`)
    expect(homes, sight.path).toContain(field)
  }
  // What is only taken is in no answer: the sight is what came of it.
  if (!(type instanceof GraphQLEnumType) || TAKEN.has(typeName)) return
  expect(sight.value).toBe(member)
  if (field !== null) expect(enumOf(field), sight.path).toBe(typeName)
}

/** Enums that inputs have and answers do not. */
const TAKEN: ReadonlySet<string> = new Set(
  Object.values(schema.getTypeMap())
    .filter(isInputObjectType)
    .flatMap((type) => Object.values(type.getFields()).map((field) => getNamedType(field.type)))
    .filter((type) => isEnumType(type) && !isShown(type.name))
    .map(({ name }) => name),
)

function isShown(enumName: string): boolean {
  const objects = Object.values(schema.getTypeMap()).filter((type) => type instanceof GraphQLObjectType)
  return objects.some((type) =>
    Object.values(type.getFields()).some((field) => getNamedType(field.type).name === enumName),
  )
}

function enumOf(field: string): string | undefined {
  const [typeName = '', member = ''] = field.split('.')
  const type = schema.getType(typeName)
  return type instanceof GraphQLObjectType ? getNamedType(type.getFields()[member]?.type)?.name : undefined
}

async function askEverything(
  ask: (document: string, variables?: object) => Promise<unknown>,
  nodes: readonly string[],
): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  for (const document of selectEverything(schema, 'Query', DEPTH, (all) => `{ ${all} }`)) {
    answers.push(await ask(document))
  }
  for (const id of [accountId(ACCOUNT), ...nodes]) {
    const type = parseGlobalId(id)?.type ?? ''
    const place = (all: string) => `query ($id: ID!) { node(id: $id) { ... on ${type} { ${all} } } }`
    for (const document of selectEverything(schema, type, DEPTH, place)) answers.push(await ask(document, { id }))
  }
  return answers
}
