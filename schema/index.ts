import './account.ts'
import './conversation-list.ts'
import './event-cursor.ts'
import './mutations/index.ts'
import './node-queries.ts'
import './receipt.ts'
import './subscription.ts'
import './viewer.ts'
import { builder } from './builder.ts'

/** Everything that clients can ask. */
export const schema = builder.toSchema()
