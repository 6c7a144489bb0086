import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ActsRow, tabulateActs } from '../support/acts-table.ts'
import { VENDORS } from '../support/world.ts'
import { type RunningDemo, startDemoGateway } from './demo-gateway.ts'

// The file that is sent by URL is served on loopback, where no account may look otherwise.
vi.mock('../../providers/kit/public-address.ts', () => ({ isPublicAddress: () => true }))

let demo: RunningDemo
let rows: readonly ActsRow[]

beforeAll(async () => {
  demo = await startDemoGateway()
  rows = await tabulateActs(demo)
}, 120_000)
afterAll(() => demo.close())

describe.each(VENDORS)('every mutation on %s in the demo', (vendor) => {
  it('is done, as the vendor’s own state says too, or refused with a capability that is not native', () => {
    const cells = rows.map(({ deed, cells }) => ({ deed, ...cells[vendor] }))
    expect(cells.filter(({ kind }) => kind === 'neither')).toEqual([])
  })

  it('is refused only with these capabilities', () => {
    const capabilities = rows.flatMap(({ cells }) => {
      const cell = cells[vendor]
      return cell.kind === 'refused' ? [cell.capability] : []
    })
    expect([...new Set(capabilities)].toSorted()).toEqual(REFUSED[vendor])
  })
})

describe('the table of acts', () => {
  it('has every mutation', async () => {
    const answer = await fetch(demo.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __schema { mutationType { fields { name } } } }' }),
    })
    const { data } = (await answer.json()) as any
    const names: readonly string[] = data.__schema.mutationType.fields.map(({ name }: { name: string }) => name)
    const tried = new Set(rows.map(({ deed }) => deed.split(':')[0]))
    expect(names.filter((name) => !tried.has(name))).toEqual([])
  })
})

const REFUSED = {
  cometchat: [
    'ASSIGNEE',
    'CUSTOM_ATTRIBUTES',
    'MARK_READ_PRIVATELY',
    'PRIORITY',
    'PRIVATE_NOTES',
    'REPLY_TO',
    'RETRY_MESSAGE',
    'SEND_ATTACHMENT',
    'SNOOZE',
    'STATUS',
    'TEAM',
    'TYPING',
  ],
  chatwoot: [
    'DELETE_FOR_ME',
    'DELETE_MESSAGE',
    'EDIT_MESSAGE',
    'MARK_DELIVERED',
    'MARK_READ',
    'MARK_READ_UP_TO_MESSAGE',
    'MARK_UNREAD',
  ],
  bird: [
    'ADD_AND_REMOVE_LABELS',
    'ASSIGNEE',
    'DELETE_FOR_ME',
    'MARK_DELIVERED',
    'MARK_READ',
    'MARK_UNREAD',
    'PRIORITY',
    'PRIVATE_NOTES',
    'RETRY_MESSAGE',
    'SET_LABELS',
    'SNOOZE',
    'STATUS',
    'TEAM',
    'TYPING',
  ],
}
