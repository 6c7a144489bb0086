import type { Wire } from '../kit/wire.ts'
import type { ConversationChange, JsonObject } from '../port/index.ts'

/** The whole set of labels that a change comes to; null where it says nothing of them. Chatwoot folds their case. */
export function changedLabels(before: readonly string[], change: ConversationChange): readonly string[] | null {
  const { setLabels, addLabels, removeLabels } = change
  if (setLabels === undefined && addLabels === undefined && removeLabels === undefined) return null
  const removed = new Set((removeLabels ?? []).map(folded))
  const wanted = [...(setLabels ?? before), ...(addLabels ?? [])].map(folded)
  return [...new Set(wanted)].filter((label) => !removed.has(label))
}

/** The whole object of attributes that a change comes to: given keys are set, null takes one away, and all if it stands alone. */
export function changedAttributes(before: Wire, change: JsonObject | null): JsonObject {
  if (change === null) return {}
  const merged = { ...before.jsonObject('custom_attributes'), ...change }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
}

function folded(label: string): string {
  return label.trim().toLowerCase()
}
