import type { RateLimit } from '../providers/port/index.ts'
import { builder } from './builder.ts'

export const RateLimitRef = builder.objectRef<RateLimit>('RateLimit').implement({
  audience: 'public',
  description: 'Upstream quota as last seen.',
  fields: (t) => ({
    limit: t.int({ description: 'Calls in the current window.', resolve: (quota) => quota.limit }),
    remaining: t.int({ description: 'Calls that are left.', resolve: (quota) => quota.remaining }),
    resetsAt: t.field({ type: 'DateTime', description: 'When the window ends.', resolve: (quota) => quota.resetsAt }),
  }),
})
