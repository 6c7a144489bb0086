import type {
  Capability,
  ConversationChange,
  ConversationChangeKey,
  JsonObject,
  PersonRef,
  Support,
} from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import { ConversationStatusEnum, PriorityEnum } from '../words.ts'
import type { Issues } from './issues.ts'

export const UpdateConversationInput = builder.inputType('UpdateConversationInput', {
  description: 'What is to be different. Absent: keep. Null: clear.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Which conversation.' }),
    status: t.field({ type: ConversationStatusEnum, description: 'Where it is to stand; never null. See STATUS.' }),
    snoozeUntil: t.field({
      type: 'DateTime',
      description: 'With status SNOOZED: until when; null or absent: until somebody writes. See SNOOZE.',
    }),
    assigneeId: t.id({ description: 'Who is to take care of it: an id of a Person. See ASSIGNEE.' }),
    teamId: t.id({ description: 'Which team is to take care of it. See TEAM.' }),
    priority: t.field({ type: PriorityEnum, description: 'How urgent it is. See PRIORITY.' }),
    setLabels: t.stringList({ description: 'All labels it is to have. SET_LABELS has the limits.' }),
    addLabels: t.stringList({ description: 'Beside those it has. See ADD_AND_REMOVE_LABELS.' }),
    removeLabels: t.stringList({ description: 'Of those it has. See ADD_AND_REMOVE_LABELS.' }),
    customAttributes: t.field({
      type: 'JSON',
      description:
        'An object: given keys are set, a null value removes its key, other keys stay; null clears all. See CUSTOM_ATTRIBUTES.',
    }),
  }),
})

type Asked = typeof UpdateConversationInput.$inferInput

/** What an input asks for; what makes no sense becomes issues. */
export function readChange(issues: Issues, asked: Asked, account: string): ConversationChange {
  checkStatus(issues, asked)
  const { status, snoozeUntil, assigneeId, teamId, priority, customAttributes } = asked
  return {
    ...(status && { status }),
    ...(snoozeUntil !== undefined && { snoozedUntil: snoozeUntil }),
    ...(assigneeId !== undefined && { assignee: readAssignee(issues, assigneeId, account) }),
    ...(teamId !== undefined && { team: readTeam(issues, teamId, account) }),
    ...(priority !== undefined && { priority }),
    ...readLabels(issues, asked),
    ...(customAttributes !== undefined && { customAttributes: readAttributes(issues, customAttributes) }),
  }
}

/** The parts of a change, in the order in which they are told of. */
export function partsOf(change: ConversationChange): readonly ConversationChangeKey[] {
  return PARTS.filter((part) => part in change)
}

/** What an account needs to be able to do for one part of a change. */
export function needOf(part: ConversationChangeKey, { status }: ConversationChange): Capability {
  return part === 'status' && status === 'snoozed' ? 'SNOOZE' : NEEDS[part]
}

/** Holds one part against the row that allows it. */
export function checkPart(issues: Issues, part: ConversationChangeKey, asked: Asked, support: Support): void {
  if (part === 'customAttributes') {
    issues.checkLength('customAttributes', JSON.stringify(asked.customAttributes), support)
  }
  if (part !== 'setLabels' && part !== 'addLabels') return
  const labels = asked[part] ?? []
  issues.checkCount(part, labels.length, support)
  for (const [index, label] of labels.entries()) issues.checkLength(`${part}.${index}`, label, support)
}

const NEEDS: Readonly<Record<ConversationChangeKey, Capability>> = {
  status: 'STATUS',
  snoozedUntil: 'SNOOZE',
  assignee: 'ASSIGNEE',
  team: 'TEAM',
  priority: 'PRIORITY',
  setLabels: 'SET_LABELS',
  addLabels: 'ADD_AND_REMOVE_LABELS',
  removeLabels: 'ADD_AND_REMOVE_LABELS',
  customAttributes: 'CUSTOM_ATTRIBUTES',
}

// `Object.keys` forgets which keys there are.
const PARTS = Object.keys(NEEDS) as readonly ConversationChangeKey[]

function checkStatus(issues: Issues, { status, snoozeUntil }: Asked): void {
  if (status === null) issues.add('status', 'A conversation always has a status: name one, or leave it out.')
  if (snoozeUntil === undefined) return
  if (status !== 'snoozed') issues.add('snoozeUntil', 'It goes with status SNOOZED only.')
  if (snoozeUntil && snoozeUntil.getTime() <= Date.now()) {
    issues.add('snoozeUntil', `${snoozeUntil.toISOString()} is over: expected a time to come.`)
  }
}

function readAssignee(issues: Issues, id: string | null, account: string): PersonRef | null {
  return id === null ? null : (issues.readId('assigneeId', 'Person', id, account)?.person ?? null)
}

function readTeam(issues: Issues, id: string | null, account: string): string | null {
  return id === null ? null : (issues.readId('teamId', 'Team', id, account)?.externalId ?? null)
}

type LabelPart = 'setLabels' | 'addLabels' | 'removeLabels'

/** Lists without a label ask for nothing, but for the whole set. */
function readLabels(issues: Issues, asked: Asked): Pick<ConversationChange, LabelPart> {
  const set = asked.setLabels === undefined ? null : readLabelList(issues, 'setLabels', asked)
  const add = readLabelList(issues, 'addLabels', asked)
  const remove = readLabelList(issues, 'removeLabels', asked)
  if (set && add.length + remove.length > 0) {
    issues.add(
      'setLabels',
      'Name all labels in setLabels, or what is different in addLabels and removeLabels, not both.',
    )
  }
  const both = add.filter((label) => remove.includes(label))
  if (both.length > 0) issues.add('removeLabels', `Also in addLabels: ${both.join(', ')}.`)
  return {
    ...(set && { setLabels: set }),
    ...(add.length > 0 && { addLabels: add }),
    ...(remove.length > 0 && { removeLabels: remove }),
  }
}

function readLabelList(issues: Issues, part: LabelPart, asked: Asked): readonly string[] {
  const labels = asked[part] ?? []
  for (const [index, label] of labels.entries()) issues.checkText(`${part}.${index}`, label)
  return [...new Set(labels)]
}

function readAttributes(issues: Issues, value: unknown): JsonObject | null {
  if (value === null || isJsonObject(value)) return value
  issues.add('customAttributes', 'Expected an object, or null.')
  return null
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
