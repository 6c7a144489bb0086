import type { Inbox, Json } from './records.ts'
import { type Instant, toIso } from './time.ts'

/** An inbox where another thing refers to it. */
export function slimInbox(inbox: Inbox): Json {
  return {
    id: inbox.id,
    avatar_url: '',
    channel_id: inbox.channelId,
    name: inbox.name,
    channel_type: inbox.channelType,
    provider: inbox.provider,
  }
}

/** An inbox as its record is, which the answer to a new contact shows. */
export function rawInbox(inbox: Inbox, accountId: number, madeAt: Instant): Json {
  const setting = (key: string) => inbox.channel[key] ?? COMMON_SETTINGS[key]
  return {
    id: inbox.id,
    channel_id: inbox.channelId,
    account_id: accountId,
    name: inbox.name,
    created_at: toIso(madeAt),
    updated_at: toIso(madeAt),
    channel_type: inbox.channelType,
    enable_auto_assignment: true,
    greeting_enabled: setting('greeting_enabled'),
    greeting_message: setting('greeting_message'),
    email_address: null,
    working_hours_enabled: false,
    out_of_office_message: null,
    timezone: 'UTC',
    enable_email_collect: true,
    csat_survey_enabled: setting('csat_survey_enabled'),
    allow_messages_after_resolved: true,
    auto_assignment_config: {},
    lock_to_single_conversation: setting('lock_to_single_conversation'),
    portal_id: null,
    sender_name_type: 'friendly',
    business_name: null,
    csat_config: {},
  }
}

/** An inbox with its settings. Keys of one channel are null or absent for the others; secrets are for administrators only. */
export function fullInbox(inbox: Inbox, reader: { readonly isAdministrator: boolean }): Json {
  const own = reader.isAdministrator ? { ...inbox.channel, ...inbox.secrets } : inbox.channel
  return {
    id: inbox.id,
    avatar_url: '',
    channel_id: inbox.channelId,
    name: inbox.name,
    channel_type: inbox.channelType,
    ...COMMON_SETTINGS,
    ...overriding(COMMON_SETTINGS, own),
    ...WIDGET_SETTINGS,
    ...overriding(WIDGET_SETTINGS, own),
    ...pick(own, BEFORE_NUMBERS),
    messaging_service_sid: null,
    phone_number: own.phone_number ?? null,
    ...pick(own, AFTER_NUMBERS),
    provider: inbox.provider,
    ...pick(own, AFTER_PROVIDER),
  }
}

/** Keys of one channel each, in the places where the server writes them. */
const BEFORE_NUMBERS = [
  ...['hmac_token', 'pre_chat_form_enabled', 'pre_chat_form_options', 'continuity_via_email'],
  ...['page_id', 'reauthorization_required'],
]
const AFTER_NUMBERS = [
  ...['forward_to_email', 'email'],
  ...['imap_login', 'imap_password', 'imap_address', 'imap_port', 'imap_enabled', 'imap_enable_ssl'],
  ...['smtp_login', 'smtp_password', 'smtp_address', 'smtp_port', 'smtp_enabled', 'smtp_domain'],
  ...['smtp_enable_ssl_tls', 'smtp_enable_starttls_auto', 'smtp_openssl_verify_mode', 'smtp_authentication'],
  ...['api_hmac_token', 'secret', 'webhook_url', 'inbox_identifier', 'additional_attributes'],
]
const AFTER_PROVIDER = ['message_templates', 'provider_config']

const COMMON_SETTINGS: Json = {
  greeting_enabled: false,
  greeting_message: null,
  working_hours_enabled: false,
  enable_email_collect: true,
  csat_survey_enabled: false,
  csat_config: {},
  enable_auto_assignment: true,
  auto_assignment_config: {},
  out_of_office_message: null,
  working_hours: Array.from({ length: 7 }, (_, day) => workingHours(day)),
  timezone: 'UTC',
  callback_webhook_url: null,
  allow_messages_after_resolved: true,
  lock_to_single_conversation: false,
  sender_name_type: 'friendly',
  business_name: null,
}

const WIDGET_SETTINGS: Json = {
  allowed_domains: null,
  widget_color: null,
  website_url: null,
  hmac_mandatory: false,
  welcome_title: null,
  welcome_tagline: null,
  web_widget_script: null,
  website_token: null,
  selected_feature_flags: null,
  reply_time: null,
}

function workingHours(day: number): Json {
  const isClosed = day === 0 || day === 6
  return {
    day_of_week: day,
    closed_all_day: isClosed,
    open_hour: isClosed ? null : 9,
    open_minutes: isClosed ? null : 0,
    close_hour: isClosed ? null : 17,
    close_minutes: isClosed ? null : 0,
    open_all_day: false,
  }
}

function overriding(defaults: Json, own: Json): Json {
  return pick(own, Object.keys(defaults))
}

/** `api_hmac_token` is the name in the state of what only API inboxes write at that place. */
function pick(own: Json, keys: readonly string[]): Json {
  return Object.fromEntries(
    keys.filter((key) => key in own).map((key) => [key === 'api_hmac_token' ? 'hmac_token' : key, own[key]]),
  )
}
