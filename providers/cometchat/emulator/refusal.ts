/** How each refusal is told. Statuses that no document gives are chosen so that a client has to look at the code. */
const STATUSES = {
  ERR_BAD_REQUEST: 400,
  ERR_EMPTY_RECEIVER: 400,
  ERR_INVALID_RECEIVER_TYPE: 400,
  ERR_EMPTY_MESSAGE_CATEGORY: 400,
  ERR_INVALID_MESSAGE_CATEGORY: 400,
  ERR_EMPTY_MESSAGE_TYPE: 400,
  ERR_INVALID_MESSAGE_TYPE: 400,
  ERR_EMPTY_MESSAGE_TEXT: 400,
  ERR_INVALID_MESSAGE_TEXT: 400,
  ERR_EMPTY_MESSAGE_FILE: 400,
  ERR_EMPTY_CUSTOM_DATA: 400,
  ERR_INVALID_METADATA: 400,
  ERR_WRONG_MESSAGE_THREAD: 400,
  ERR_MESSAGE_THREAD_NESTING: 400,
  ERR_MESSAGE_ACTION_NOT_ALLOWED: 403,
  AUTH_ERR_EMPTY_APIKEY: 401,
  AUTH_ERR_APIKEY_NOT_FOUND: 401,
  AUTH_ERR_INVALID_APPID: 401,
  AUTH_ERR_NO_ACCESS: 403,
  ERR_UID_NOT_FOUND: 404,
  ERR_GUID_NOT_FOUND: 404,
  ERR_MESSAGE_ID_NOT_FOUND: 404,
  ERR_CONVERSATION_NOT_FOUND: 404,
  ERR_API_NOT_FOUND: 404,
  ERR_CONVERSATION_NOT_ACCESSIBLE: 403,
  ERR_GROUP_NOT_JOINED: 403,
  ERR_MESSAGE_NO_ACCESS: 403,
  ERR_MESSAGE_NOT_A_SENDER: 403,
  ERR_BLOCKED_RECEIVER: 403,
  ERR_PLAN_RESTRICTION: 403,
  ERR_TOO_MANY_REQUESTS: 429,
  ERR_MISSION_FAILED: 500,
} as const

export type RefusalCode = keyof typeof STATUSES

/** Field of the request to what is wrong with it. */
export type RefusalDetails = Readonly<Record<string, readonly string[]>>

/** An answer that is not the wished one, under one of CometChat's own codes. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly details: RefusalDetails | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: RefusalCode,
    message: string,
    { details, retryAfterSeconds }: { details?: RefusalDetails; retryAfterSeconds?: number } = {},
  ) {
    super(message)
    this.code = code
    this.details = details
    this.retryAfterSeconds = retryAfterSeconds
  }

  get status(): (typeof STATUSES)[RefusalCode] {
    return STATUSES[this.code]
  }

  /** The envelope of every failure; `details` is a key of validation failures only. */
  get body(): object {
    const { code, message, details } = this
    return { error: { code, message, devMessage: message, source: 'chat-api', ...(details && { details }) } }
  }
}

/** A parameter, header or body field that makes no sense. */
export function invalid(field: string, complaint: string): Refusal {
  return new Refusal('ERR_BAD_REQUEST', 'Failed to validate the data sent with the request.', {
    details: { [field]: [complaint] },
  })
}

/** The minute is used up. */
export function tooMany(retryAfterSeconds: number): Refusal {
  return new Refusal('ERR_TOO_MANY_REQUESTS', 'Too many requests.', { retryAfterSeconds })
}
