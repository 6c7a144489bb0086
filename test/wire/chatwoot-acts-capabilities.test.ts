import { describe, expect, it } from 'vitest'
import type { Actor, Capability, Conversation } from '../../providers/port/index.ts'
import { CAPABILITIES } from '../../providers/port/index.ts'
import { ADA, NOBODY, PIET } from '../support/chatwoot-deeds.ts'
import { startRecordedChatwoot } from '../support/recorded-chatwoot.ts'

const CHANNELS = [
  'Api',
  'WebWidget',
  'Email',
  'Sms',
  'TwilioSms',
  'Whatsapp',
  'FacebookPage',
  'Instagram',
  'Line',
  'Tiktok',
]

const on = (channel: string) => ({ channel: { providerType: `Channel::${channel}` } }) as Conversation

describe('the rows of acts', () => {
  it('that are native for an account are native in each of its conversations', async () => {
    const { provider } = await startRecordedChatwoot({})
    for (const actor of [PIET, NOBODY, ADA, { kind: 'admin' } as Actor]) {
      const account = provider.capabilities(actor, null)
      for (const channel of CHANNELS) {
        const here = provider.capabilities(actor, on(channel))
        const lost = CAPABILITIES.filter((one) => account[one].level === 'native' && here[one].level !== 'native')
        expect(lost, channel).toEqual([])
        const found = CAPABILITIES.filter(
          (one) => account[one].level === 'unsupported' && here[one].level !== 'unsupported',
        )
        expect(found, channel).toEqual([])
      }
    }
  })

  it.each([
    ['SEND_TEXT', 'native', 'unsupported'],
    ['SEND_ATTACHMENT', 'native', 'unsupported'],
    ['REPLY_TO', 'native', 'unsupported'],
    ['SEND_AS_VIEWER', 'native', 'unsupported'],
    ['TYPING', 'native', 'unsupported'],
    ['MARK_READ', 'native', 'unsupported'],
    ['STATUS', 'partial', 'unsupported'],
  ] as const)('let a contact do %s in API inboxes alone', async (capability: Capability, inside, outside) => {
    const { provider } = await startRecordedChatwoot({})
    const levelIn = (channel: string) => provider.capabilities(ADA, on(channel))[capability].level
    expect([provider.capabilities(ADA, null)[capability].level, levelIn('Api'), levelIn('Whatsapp')]).toEqual([
      'partial',
      inside,
      outside,
    ])
  })

  it('carry the limits that are checked before anything is asked', async () => {
    const { provider } = await startRecordedChatwoot({})
    const rows = provider.capabilities(PIET, null)
    expect(rows.SEND_TEXT.limits).toEqual({ maxLength: 150_000, maxCount: 200, windowSeconds: 60 })
    expect(rows.SEND_ATTACHMENT.limits).toEqual({ maxBytes: 40 * 1024 * 1024 })
    expect(rows.START_CONVERSATION.limits).toEqual({ maxCount: 1 })
  })
})
