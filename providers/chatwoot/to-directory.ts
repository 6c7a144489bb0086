import type { Wire } from '../kit/wire.ts'
import type { Channel, ChannelType, Label, Team } from '../port/index.ts'
import { CHANNEL_TYPES, TWILIO, TWILIO_MEDIUMS } from './wire.ts'

/** An inbox, of which neither `hmac_token` nor `secret` is read. */
export function toChannel(inbox: Wire): Channel {
  const providerType = inbox.optionalText('channel_type')
  const medium = inbox.oneOf('medium', TWILIO_MEDIUMS)
  return {
    externalId: inbox.text('id'),
    type: providerType === TWILIO && medium !== null ? medium : channelTypeOf(providerType),
    providerType,
    name: inbox.filledText('name'),
  }
}

/** What Chatwoot's own word says alone: Twilio's needs the inbox. */
export function channelTypeOf(providerType: string | null): ChannelType {
  if (providerType === null || providerType === TWILIO) return 'unknown'
  return CHANNEL_TYPES.get(providerType) ?? 'other'
}

export function toTeam(team: Wire): Team {
  return { externalId: team.text('id'), name: team.text('name') }
}

export function toLabel(label: Wire): Label {
  return {
    name: label.text('title'),
    color: label.filledText('color'),
    description: label.filledText('description'),
  }
}
