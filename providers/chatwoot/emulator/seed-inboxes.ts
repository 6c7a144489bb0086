import type { Inbox, Json } from './records.ts'

/** One inbox of each kind that the shop has. Members are user ids; administrators see them all anyway. */
export function seededInboxes({ site, shop }: { readonly site: readonly number[]; readonly shop: readonly number[] }) {
  return [
    inbox(6, 'App support', 'Channel::Api', { memberIds: site, channel: API_CHANNEL, secrets: API_SECRETS }),
    inbox(8, 'Website', 'Channel::WebWidget', {
      memberIds: site,
      channel: WIDGET_CHANNEL,
      secrets: { hmac_token: 'K35MTqUMb1Dmrm6UTLYrzRsZ' },
    }),
    inbox(9, 'Letters', 'Channel::Email', { memberIds: shop, channel: EMAIL_CHANNEL, secrets: EMAIL_SECRETS }),
    inbox(10, 'WhatsApp', 'Channel::Whatsapp', {
      memberIds: shop,
      provider: 'whatsapp_cloud',
      channel: {
        phone_number: '+15550100200',
        reauthorization_required: false,
        message_templates: [],
        lock_to_single_conversation: true,
      },
      secrets: { provider_config: { phone_number_id: '104996122399160', source: 'embedded_signup' } },
    }),
    inbox(11, 'Facebook', 'Channel::FacebookPage', {
      memberIds: shop,
      channel: { page_id: '102843559422712', reauthorization_required: false },
      secrets: {},
    }),
    inbox(12, 'LINE', 'Channel::Line', { memberIds: shop, channel: {}, secrets: {} }),
  ]
}

type Own = Pick<Inbox, 'memberIds' | 'channel' | 'secrets'> & { readonly provider?: string }

function inbox(id: number, name: string, channelType: Inbox['channelType'], own: Own): Inbox {
  return { provider: null, ...own, id, channelId: id - 2, name, channelType }
}

const API_CHANNEL: Json = {
  webhook_url: 'https://app.books.example/chatwoot',
  inbox_identifier: '6WP9ZTEiasnxv6KSPcdATTog',
  additional_attributes: {},
}

const API_SECRETS: Json = { api_hmac_token: '7BSWKQd62tRqHQkMcwAdLLSz', secret: '6mwc4fKzubSi8QHaCZvx7fQb' }

const WIDGET_CHANNEL: Json = {
  greeting_enabled: true,
  greeting_message: 'Welcome to the shop!',
  csat_survey_enabled: true,
  allowed_domains: '',
  widget_color: '#1f93ff',
  website_url: 'https://books.example',
  welcome_title: 'Hi',
  welcome_tagline: 'Ask us',
  web_widget_script: '<script>window.chatwootSettings = {}</script>',
  website_token: '6wYZekseywYBArBz8WQ46rVZ',
  selected_feature_flags: ['attachments', 'emoji_picker', 'end_conversation'],
  reply_time: 'in_a_few_minutes',
  pre_chat_form_enabled: false,
  pre_chat_form_options: {
    pre_chat_message: 'Share your queries or comments here.',
    pre_chat_fields: [preChatField('Email Id', 'emailAddress', true), preChatField('Full name', 'fullName', false)],
  },
  continuity_via_email: true,
}

const EMAIL_CHANNEL: Json = { forward_to_email: 'a1b2c3@inbound.books.example', email: 'letters@books.example' }

const EMAIL_SECRETS: Json = {
  imap_login: '',
  imap_password: '',
  imap_address: '',
  imap_port: 0,
  imap_enabled: false,
  imap_enable_ssl: true,
  smtp_login: '',
  smtp_password: '',
  smtp_address: '',
  smtp_port: 0,
  smtp_enabled: false,
  smtp_domain: '',
  smtp_enable_ssl_tls: false,
  smtp_enable_starttls_auto: true,
  smtp_openssl_verify_mode: 'none',
  smtp_authentication: 'login',
}

function preChatField(label: string, name: string, required: boolean): Json {
  const type = required ? 'email' : 'text'
  return { field_type: 'standard', label, name, type, required, enabled: false }
}
