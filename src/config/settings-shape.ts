import { secretSetting, z } from '../../providers/kit/settings.ts'

/** What is known of a setting from its schema alone: all that is needed to find secrets and to suggest keys. */
export type SettingShape =
  | { readonly kind: 'secret' }
  | { readonly kind: 'group'; readonly settings: Readonly<Record<string, z.core.$ZodType>> }
  | { readonly kind: 'list'; readonly element: z.core.$ZodType }
  | { readonly kind: 'value' }

export function shapeOf(schema: z.core.$ZodType): SettingShape {
  if (schema === secretSetting) return { kind: 'secret' }
  if (schema instanceof z.ZodObject) return { kind: 'group', settings: schema.shape }
  if (schema instanceof z.ZodArray) return { kind: 'list', element: schema.element }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return shapeOf(schema.unwrap())
  }
  if (schema instanceof z.ZodPipe) return shapeOf(schema.in)
  return { kind: 'value' }
}

/** The keys that may stand at a path below a schema; empty where it takes no keys. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [key, ...rest] = path
  const shape = shapeOf(schema)
  if (shape.kind === 'list') return key === undefined ? [] : keysAt(shape.element, rest)
  if (shape.kind !== 'group') return []
  if (key === undefined) return Object.keys(shape.settings)
  const inner = shape.settings[String(key)]
  return inner === undefined ? [] : keysAt(inner, rest)
}
