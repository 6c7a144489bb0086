import { orError } from '../kit/answer-each.ts'
import {
  type CallContext,
  type Capability,
  type ChangeProblems,
  type ConversationChange,
  type ConversationChangeKey,
  type ConversationRef,
  type DeletionScope,
  type Done,
  ProviderError,
} from '../port/index.ts'
import { type ActParts, enter } from './act-parts.ts'
import { invalid, unsupported } from './refusals.ts'

export const MAX_TAGS = 25
export const MAX_TAG_CHARACTERS = 100

/** Labels are all there is to change: the acting user's own tags, of which no event tells because they are nobody else's. */
export async function updateConversation(
  parts: ActParts,
  conversation: ConversationRef,
  change: ConversationChange,
  call: CallContext,
): Promise<Done<ChangeProblems>> {
  const asked = KEYS.filter((key) => change[key] !== undefined)
  const labelKeys = asked.filter(isLabelKey)
  const failure = labelKeys.length === 0 ? null : await orError(() => changeTags(parts, conversation, change, call))
  const problems = asked.flatMap((key): readonly (readonly [ConversationChangeKey, ProviderError])[] => {
    if (!isLabelKey(key)) return [[key, unsupported(CAPABILITIES[key], `conversations have no ${key}`)]]
    return failure instanceof ProviderError ? [[key, failure]] : []
  })
  return { value: Object.fromEntries(problems), events: [] }
}

/** `for-me` is what CometChat calls a reset: the others keep it, and no event tells of it. */
export async function deleteConversation(
  parts: ActParts,
  conversation: ConversationRef,
  scope: DeletionScope,
  call: CallContext,
): Promise<Done<null>> {
  if (scope === 'for-everyone' && call.actor.kind === 'end-user')
    throw unsupported('DELETE_FOR_EVERYONE', 'the full-access key would delete what an end user may not')
  const { as, other } = await enter(
    parts,
    conversation,
    call,
    scope === 'for-me' ? 'DELETE_FOR_ME' : 'DELETE_FOR_EVERYONE',
  )
  if (scope === 'for-me') {
    await parts.client.resetConversation(as, other)
    return { value: null, events: [] }
  }
  const { externalId } = (await parts.conversations.reread(as, conversation)).conversation
  await parts.client.deleteConversation(as, externalId)
  return { value: null, events: [{ type: 'conversation-removed', conversation, occurredAt: null, audience: 'public' }] }
}

const CAPABILITIES: Readonly<Record<ConversationChangeKey, Capability>> = {
  status: 'STATUS',
  snoozedUntil: 'SNOOZE',
  assignee: 'ASSIGNEE',
  team: 'TEAM',
  priority: 'PRIORITY',
  customAttributes: 'CUSTOM_ATTRIBUTES',
  setLabels: 'SET_LABELS',
  addLabels: 'ADD_AND_REMOVE_LABELS',
  removeLabels: 'ADD_AND_REMOVE_LABELS',
}

const KEYS = Object.keys(CAPABILITIES) as readonly ConversationChangeKey[]

function isLabelKey(key: ConversationChangeKey): boolean {
  return key === 'setLabels' || key === 'addLabels' || key === 'removeLabels'
}

/** One write takes the place of all tags, so adding and removing begin with the list, which alone has the current ones. */
async function changeTags(
  parts: ActParts,
  conversation: ConversationRef,
  { setLabels, addLabels = [], removeLabels = [] }: ConversationChange,
  call: CallContext,
): Promise<void> {
  const { as, other } = await enter(
    parts,
    conversation,
    call,
    setLabels === undefined ? 'ADD_AND_REMOVE_LABELS' : 'SET_LABELS',
  )
  const before = setLabels ?? (await parts.conversations.listLabelsOf(conversation, call))
  const tags = [...new Set([...before, ...addLabels])].filter((tag) => !removeLabels.includes(tag))
  refuseTooMuch(tags, setLabels === undefined ? 'addLabels' : 'setLabels')
  await parts.client.tagConversation(as, other, tags)
}

function refuseTooMuch(tags: readonly string[], key: ConversationChangeKey): void {
  if (tags.length > MAX_TAGS) throw invalid([key], `more than ${MAX_TAGS} labels`)
  if (tags.some((tag) => [...tag].length > MAX_TAG_CHARACTERS))
    throw invalid([key], `a label of more than ${MAX_TAG_CHARACTERS} characters`)
}
