import { randomInt } from 'node:crypto'
import type { Picked } from '../gateway/acting-client.ts'
import type { ActingStage } from './acting-stage.ts'
import type { Deed } from './deeds.ts'
import type { Truth } from './vendor-truth.ts'

const PROBLEMS = 'problems { field problem { __typename ...Why } }'

/** What stands in a conversation that changes are tried on, by the vendor's ids. */
interface Names {
  readonly agent: { readonly id: string; readonly externalId: string } | null
  readonly team: { readonly id: string; readonly externalId: string } | null
  /** Somebody there, for accounts without agents. */
  readonly person: string
}

type ToChange = (names: Names) => object
type IsChanged = (truth: Truth, names: Names) => boolean

/** `before`: what is done first, so that there is something to take away. */
function changing(how: string, toChange: ToChange, isChanged: IsChanged, before?: ToChange): Deed {
  return {
    mutation: 'updateConversation',
    how,
    perform: async (stage) => {
      const room = await findQuiet(stage)
      const names = await namesAt(stage, room)
      const update = (change: object) =>
        stage.client.act('updateConversation', { conversationId: room.id, ...change }, PROBLEMS)
      if (before !== undefined) await update(before(names))
      const answer = await update(toChange(names))
      return { answer, isDone: async () => isChanged(await stage.presentTruth(room), names) }
    },
  }
}

/** The oldest of those shown that is open, which nothing else is tried on. */
async function findQuiet(stage: ActingStage): Promise<Picked> {
  const open = (await stage.client.conversations(stage.vendor)).filter(({ status }) => (status ?? 'OPEN') === 'OPEN')
  const quiet = open.at(-1)
  if (quiet === undefined) throw new Error(`everything at ${stage.vendor} is closed`)
  return quiet
}

async function namesAt(stage: ActingStage, { id }: Picked): Promise<Names> {
  const { agents, teams } = await stage.account()
  const { data } = await stage.ask(
    'query ($id: ID!) { conversation(id: $id) { participants(first: 1) { nodes { person { id } } } } }',
    { id },
  )
  const agent = agents?.find(({ displayName }: any) => displayName === 'Nora Admin') ?? null
  return { agent, team: teams?.[0] ?? null, person: data.conversation.participants.nodes[0].person.id }
}

const WAKING = '2099-01-01T00:00:00.000Z'

const parts: readonly Deed[] = [
  changing(
    'status CLOSED',
    () => ({ status: 'CLOSED' }),
    ({ status }) => status === 'CLOSED',
  ),
  changing(
    'status PENDING',
    () => ({ status: 'PENDING' }),
    ({ status }) => status === 'PENDING',
  ),
  changing(
    'status SNOOZED until a time',
    () => ({ status: 'SNOOZED', snoozeUntil: WAKING }),
    ({ status, snoozedUntil }) => status === 'SNOOZED' && Date.parse(snoozedUntil ?? '') === Date.parse(WAKING),
  ),
  changing(
    'assignee',
    ({ agent, person }) => ({ assigneeId: agent?.id ?? person }),
    ({ assignee }, { agent }) => assignee !== null && assignee.split(':')[1] === agent?.externalId,
  ),
  changing(
    'no assignee',
    () => ({ assigneeId: null }),
    ({ assignee }) => assignee === null,
  ),
  changing(
    'team',
    ({ team }) => ({ teamId: team?.id ?? null }),
    (truth, { team }) => truth.team !== null && truth.team === team?.externalId,
  ),
  changing(
    'no team',
    () => ({ teamId: null }),
    ({ team }) => team === null,
    ({ team }) => ({ teamId: team?.id ?? null }),
  ),
  changing(
    'priority',
    () => ({ priority: 'URGENT' }),
    ({ priority }) => priority === 'URGENT',
  ),
  changing(
    'no priority',
    () => ({ priority: null }),
    ({ priority }) => priority === null,
    () => ({ priority: 'LOW' }),
  ),
  changing('setLabels', () => ({ setLabels: ['vip', 'bug'] }), labelledWith('bug', 'vip')),
  changing(
    'addLabels',
    () => ({ addLabels: ['gift'] }),
    labelledWith('bug', 'gift'),
    () => ({ setLabels: ['bug'] }),
  ),
  changing(
    'removeLabels',
    () => ({ removeLabels: ['bug'] }),
    labelledWith('vip'),
    () => ({ setLabels: ['bug', 'vip'] }),
  ),
  changing(
    'no labels',
    () => ({ setLabels: null }),
    labelledWith(),
    () => ({ setLabels: ['bug'] }),
  ),
  changing(
    'customAttributes',
    () => ({ customAttributes: { plan: 'gold', seats: null } }),
    ({ customAttributes }) => customAttributes.plan === 'gold' && !('seats' in customAttributes),
    () => ({ customAttributes: { plan: 'blue', seats: '3' } }),
  ),
  changing(
    'no customAttributes',
    () => ({ customAttributes: null }),
    ({ customAttributes }) => Object.keys(customAttributes).length === 0,
    () => ({ customAttributes: { plan: 'blue' } }),
  ),
]

function labelledWith(...wanted: readonly string[]): IsChanged {
  return ({ labels }) => labels.toSorted().join() === wanted.toSorted().join()
}

/** Somebody who can be let into a conversation, as the API names them. */
async function newcomerTo(stage: ActingStage): Promise<object> {
  const { agents } = await stage.account()
  const agent = agents?.find(({ displayName }: any) => displayName === 'Nora Admin')
  if (stage.vendor === 'bird') return { phone: `+3161234${randomInt(1_000, 9_999)}` }
  return agent ? { personId: agent.id } : { externalId: 'piet' }
}

/** Where Nora does not take part yet, or it is a small group. */
function findMeeting(stage: ActingStage): Promise<Picked> {
  if (stage.vendor === 'cometchat')
    return stage.pick(({ kind }, { people }) => kind === 'GROUP' && people.length < 20 && !people.includes('piet'))
  return stage.pick(
    ({ status }, { people, assignee }) => status === 'OPEN' && assignee === null && !people.includes('user:8'),
  )
}

const PARTICIPANTS = 'participants { id person { externalId } }'

const letIn: Deed = {
  mutation: 'changeParticipants',
  how: 'add',
  perform: async (stage) => {
    const room = await findMeeting(stage)
    const before = await stage.presentTruth(room)
    const input = { conversationId: room.id, add: [await newcomerTo(stage)] }
    const answer = await stage.client.act('changeParticipants', input, PARTICIPANTS)
    const isDone = async () => (await stage.presentTruth(room)).people.length === before.people.length + 1
    return { answer, isDone }
  },
}

const showOut: Deed = {
  mutation: 'changeParticipants',
  how: 'remove',
  perform: async (stage) => {
    const room = await findMeeting(stage)
    const before = await stage.presentTruth(room)
    const change = (what: object) =>
      stage.client.act('changeParticipants', { conversationId: room.id, ...what }, PARTICIPANTS)
    const { participants } = await change({ add: [await newcomerTo(stage)] })
    const isNew = ({ person }: any) => !before.people.some((id) => id.split(':').at(-1) === person.externalId)
    const answer = await change({ remove: [participants.find(isNew).id] })
    const isDone = async () => (await stage.presentTruth(room)).people.length === before.people.length
    return { answer, isDone }
  },
}

function deleting(scope: 'FOR_ME' | 'FOR_EVERYONE'): Deed {
  return {
    mutation: 'deleteConversation',
    how: scope,
    perform: async (stage) => {
      const room = await stage.pick(({ kind }) => kind !== 'GROUP')
      const answer = await stage.client.act('deleteConversation', { conversationId: room.id, scope })
      return { answer, isDone: async () => (await stage.truth(room)) === null }
    },
  }
}

export const changes: readonly Deed[] = [...parts, letIn, showOut, deleting('FOR_ME'), deleting('FOR_EVERYONE')]
