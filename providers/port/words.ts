/** The words of the model; the schema spells them in capitals. New ones may be added. */

export type ReceiptKind = 'delivered' | 'read'
/** `watermark`: a position covers everything before it. `per-message`: each message for itself. `none`: this channel tells nothing. */
export type ReceiptModel = 'watermark' | 'per-message' | 'none'
export type ReceiptPrecision = 'message' | 'up-to-message' | 'up-to-time'
export type DeliveryState = 'unknown' | 'accepted' | 'sent' | 'delivered' | 'read' | 'failed'
export type ConversationStatus = 'open' | 'pending' | 'snoozed' | 'closed' | 'archived' | 'spam' | 'deleted'
export type ConversationKind = 'direct' | 'group' | 'support' | 'unknown'
export type PersonKind = 'end-user' | 'contact' | 'agent' | 'bot' | 'automation' | 'system' | 'channel' | 'unknown'
export type ParticipantStatus = 'invited' | 'pending' | 'active' | 'inactive' | 'banned' | 'left'
export type MessageKind = 'text' | 'media' | 'location' | 'interactive' | 'template' | 'call' | 'activity' | 'other'
/** Who may see it: `internal` is the team's own (private notes). */
export type Audience = 'public' | 'internal'
/** Which side spoke. `peer`: an equal among equals, so that only the viewer makes it inbound or outbound. */
export type Side = 'business' | 'customer' | 'peer' | 'system'
export type Priority = 'low' | 'medium' | 'high' | 'urgent'
export type ChannelType =
  | 'in-app'
  | 'web-widget'
  | 'email'
  | 'sms'
  | 'whatsapp'
  | 'messenger'
  | 'instagram'
  | 'telegram'
  | 'line'
  | 'tiktok'
  | 'rcs'
  | 'voice'
  | 'api'
  | 'other'
  | 'unknown'
