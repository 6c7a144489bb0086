/** The emulated app: what its owner would find in the dashboard. */
export const APP_ID = '2787000c0a1e7c4a'
export const REGION = 'us'
/** May do everything. */
export const API_KEY = '5e1f0c8a47b9d2e36f10a58bc7d4932ee81b60fa'
/** An "auth only" key: good for log-ins, refused everywhere here. */
export const AUTH_KEY = '0b9d7c25e48a1f6390c2d5e7a81b4f6309cde257'

/** How the app's one webhook is set up: with Basic auth, because CometChat signs nothing. */
export const WEBHOOK_ID = 'gateway'
export const WEBHOOK_USER = 'lighthouse'
export const WEBHOOK_PASSWORD = 'kX84mQz1RtB7'
