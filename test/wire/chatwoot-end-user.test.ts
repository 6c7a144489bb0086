import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChatwootEmulator, TOKENS } from '../../providers/chatwoot/emulator/index.ts'
import { toContactsMessage } from '../../providers/chatwoot/for-contact.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { receiptRulesOf } from '../../providers/chatwoot/receipt-rules.ts'
import { conversationRef as refOf } from '../../providers/chatwoot/refs.ts'
import { toMessage } from '../../providers/chatwoot/to-model.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import { Wire } from '../../providers/kit/wire.ts'
import type { Provider } from '../../providers/port/index.ts'
import { callAs, endUser } from '../support/chatwoot-account.ts'

const ADA = endUser('contact:15')

describe('a contact of Chatwoot', () => {
  let emulator: Emulator
  let provider: Provider
  beforeAll(async () => {
    emulator = await startChatwootEmulator({ port: 0 })
    provider = chatwoot.create('support', chatwoot.settings.parse(emulator.settings))
  })
  afterAll(async () => {
    await provider.close()
    await emulator.close()
  })

  it('has conversations in the order of what was said to all, whatever the team noted', async () => {
    const list = () => provider.listConversations({}, { limit: 25, after: null }, callAs(ADA))
    const before = await list()
    const last = before.rows.at(-1)!
    const path = `/api/v1/accounts/${emulator.settings.accountId}/conversations/${last.item.conversation.externalId}`
    const noted = await fetch(`${emulator.url}${path}/messages`, {
      method: 'POST',
      headers: { 'api-access-token': TOKENS.nora, 'content-type': 'application/json' },
      body: JSON.stringify({ content: 'for us alone', private: true }),
    })
    expect(noted.ok).toBe(true)
    expect(await list()).toEqual(before)
    const team = await provider.listConversations({}, { limit: 1, after: null }, callAs())
    expect(team.rows[0]?.item.conversation.externalId).toBe(last.item.conversation.externalId)
  })

  it('walks them from any row on', async () => {
    const whole = await provider.listConversations({}, { limit: 25, after: null }, callAs(ADA))
    expect(whole.rows.length).toBeGreaterThan(2)
    const [first, second] = whole.rows
    const rest = await provider.listConversations({}, { limit: 1, after: first!.cursor }, callAs(ADA))
    expect(rest).toMatchObject({ rows: [{ cursor: second!.cursor }], hasMore: true })
    const end = await provider.listConversations({}, { limit: 5, after: whole.rows.at(-1)!.cursor }, callAs(ADA))
    expect(end).toMatchObject({ rows: [], hasMore: false, complete: true })
  })

  it('reads of a message neither the sender’s address nor what tools wrote beside it', () => {
    const wire = {
      id: 7,
      content: 'hello',
      message_type: 1,
      created_at: 1_790_000_000,
      sender: { id: 8, name: 'Nora', type: 'user', email: 'nora@shop.example' },
      sentiment: { secret: true },
      additional_attributes: { campaign_id: 'secret' },
      content_attributes: { bcc_emails: ['secret@example.com'], to_emails: ['ada@example.com'], in_reply_to: 6 },
    }
    const scope = { conversation: refOf('support', '1'), contact: null, rules: receiptRulesOf(null) }
    const message = toContactsMessage(
      toMessage(Wire.object(wire, 'it'), scope),
      ADA.kind === 'end-user' ? ADA.person! : never(),
    )
    expect(JSON.stringify(message)).not.toMatch(/secret|nora@/)
    expect(message).toMatchObject({ text: 'hello', sender: { displayName: 'Nora', addresses: [] } })
  })
})

function never(): never {
  throw new Error('an end user is somebody')
}
