import { CAPABILITIES, type Capabilities, type Capability, type Limits, type Support } from '../providers/port/index.ts'
import { builder } from './builder.ts'
import { CapabilityEnum } from './capability-enum.ts'
import { SupportLevelEnum } from './words.ts'

/** One row of a capability table. */
export interface CapabilitySupport {
  readonly capability: Capability
  readonly support: Support
}

/** The rows that were asked for, or all. */
export function capabilityRows(
  table: Capabilities,
  asked: readonly Capability[] | null | undefined,
): readonly CapabilitySupport[] {
  return (asked ?? CAPABILITIES).map((capability) => ({ capability, support: table[capability] }))
}

const CapabilityLimitsRef = builder.objectRef<Limits>('CapabilityLimits').implement({
  audience: 'public',
  description: 'Numbers a client can use before it asks. Null: no limit known.',
  fields: (t) => ({
    maxCount: t.int({ description: 'How many at most.', resolve: (limits) => limits.maxCount ?? null }),
    maxLength: t.int({ description: 'How many characters at most.', resolve: (limits) => limits.maxLength ?? null }),
    maxBytes: t.int({ description: 'How many bytes at most.', resolve: (limits) => limits.maxBytes ?? null }),
    mimeTypes: t.stringList({ description: 'Which kinds of file.', resolve: (limits) => limits.mimeTypes ?? null }),
    windowSeconds: t.int({
      description: 'For how long, in seconds.',
      resolve: (limits) => limits.windowSeconds ?? null,
    }),
  }),
})

export const CapabilitySupportRef = builder.objectRef<CapabilitySupport>('CapabilitySupport').implement({
  audience: 'public',
  description:
    'One ability of one account, or of one conversation where it differs there. Depends on who the viewer is.',
  fields: (t) => ({
    capability: t.field({
      type: CapabilityEnum,
      nullable: false,
      description: 'What it is about.',
      resolve: (row) => row.capability,
    }),
    level: t.field({
      type: SupportLevelEnum,
      nullable: false,
      description: 'How well.',
      resolve: (row) => row.support.level,
    }),
    note: t.string({ description: 'What the restriction is.', resolve: (row) => row.support.note ?? null }),
    limits: t.field({
      type: CapabilityLimitsRef,
      description: 'In numbers.',
      resolve: (row) => row.support.limits ?? null,
    }),
  }),
})
