import type { Capability, ConversationChange, ConversationChangeKey } from '../../providers/port/index.ts'
import type { Subject, TriedAct } from './acts.ts'

function changing(
  needs: readonly Capability[],
  toChange: (subject: Subject) => ConversationChange,
  isDone: TriedAct['isDone'],
): TriedAct {
  return {
    needs,
    about: 'any',
    again: 'does',
    where: ({ status }) => status === null || status === undefined || status === 'open',
    perform: async (acts, call, subject) => {
      const change = toChange(subject)
      const done = await acts.updateConversation(subject.conversation.ref, change, call)
      for (const key of Object.keys(change) as ConversationChangeKey[]) if (done.value[key]) throw done.value[key]
      return done
    },
    isDone,
  }
}

const WAKING = new Date('2099-01-01T00:00:00Z')

/** What becomes of a conversation, and of who is in it. */
export const CHANGES: Readonly<Record<string, TriedAct>> = {
  'closing a conversation': changing(
    ['STATUS'],
    () => ({ status: 'closed' }),
    (now) => now?.status === 'CLOSED',
  ),
  'snoozing a conversation': changing(
    ['STATUS', 'SNOOZE'],
    () => ({ status: 'snoozed', snoozedUntil: WAKING }),
    (now) => now?.status === 'SNOOZED' && Date.parse(now.snoozedUntil ?? '') === WAKING.getTime(),
  ),
  'giving a conversation to somebody': changing(
    ['ASSIGNEE'],
    ({ assignee }) => ({ assignee }),
    (now, { assignee }) => now?.assignee === assignee.native,
  ),
  'giving a conversation to nobody': changing(
    ['ASSIGNEE'],
    () => ({ assignee: null }),
    (now) => now?.assignee === null,
  ),
  'giving a conversation to a team': changing(
    ['TEAM'],
    ({ team }) => ({ team }),
    (now, { team }) => now?.team === team,
  ),
  'saying how urgent it is': changing(
    ['PRIORITY'],
    () => ({ priority: 'urgent' }),
    (now) => now?.priority === 'URGENT',
  ),
  'setting labels': changing(
    ['SET_LABELS'],
    () => ({ setLabels: ['vip', 'bug'] }),
    (now) => now?.labels.toSorted().join() === 'bug,vip',
  ),
  'adding labels': changing(
    ['ADD_AND_REMOVE_LABELS'],
    () => ({ addLabels: ['gift'] }),
    (now, _subject, before) =>
      now?.labels.toSorted().join() === [...new Set([...before.labels, 'gift'])].toSorted().join(),
  ),
  'setting attributes': changing(
    ['CUSTOM_ATTRIBUTES'],
    () => ({ customAttributes: { plan: 'gold' } }),
    (now, _subject, before) => isSame(now?.customAttributes, { ...before.customAttributes, plan: 'gold' }),
  ),
  'clearing attributes': changing(
    ['CUSTOM_ATTRIBUTES'],
    () => ({ customAttributes: null }),
    (now) => isSame(now?.customAttributes, {}),
  ),
  'letting somebody in': {
    needs: ['CHANGE_PARTICIPANTS'],
    about: 'any',
    again: 'may',
    perform: (acts, call, { conversation, newcomer }) =>
      acts.changeParticipants(conversation.ref, [newcomer], [], call),
    isDone: (now, _subject, before) => now?.people.length === before.people.length + 1,
  },
  'showing somebody out': {
    needs: ['CHANGE_PARTICIPANTS'],
    about: 'newcomer',
    again: 'may',
    perform: (acts, call, { conversation, participant }) =>
      acts.changeParticipants(conversation.ref, [], [participant], call),
    isDone: (now, _subject, before) => now?.people.length === before.people.length - 1,
  },
  typing: {
    needs: ['TYPING'],
    about: 'any',
    again: 'may',
    perform: (acts, call, { conversation }) => acts.setTyping(conversation.ref, true, call),
    // Nobody keeps who types.
    isDone: () => true,
  },
  'deleting a conversation for oneself': {
    needs: ['DELETE_FOR_ME'],
    about: 'any',
    again: 'may',
    perform: (acts, call, { conversation }) => acts.deleteConversation(conversation.ref, 'for-me', call),
    isDone: (now) => now === null,
  },
  'deleting a conversation for everyone': {
    needs: ['DELETE_FOR_EVERYONE'],
    about: 'any',
    again: 'may',
    perform: (acts, call, { conversation }) => acts.deleteConversation(conversation.ref, 'for-everyone', call),
    isDone: (now) => now === null,
  },
}

function isSame(one: unknown, other: unknown): boolean {
  const sorted = (object: unknown) => JSON.stringify(Object.entries(Object(object)).toSorted())
  return sorted(one) === sorted(other)
}
