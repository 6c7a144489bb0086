import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type InterfaceParam,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { Audience } from '../providers/port/index.ts'
import type { GatewayContext, OperationKind, Viewer } from './context.ts'
import { clientError } from './errors.ts'

/** What a field takes of one provider. */
export interface FieldCost {
  /** Calls for the field itself, at most. */
  readonly calls?: number
  /** Arguments that say how many rows it brings, for each of which everything below it is done again. */
  readonly rows?: readonly string[]
  /** Calls for each of these rows. */
  readonly callsPerRow?: number
}

/**
 * Every field says who may read it: `public` everybody who is let in, `internal` those who work for the team; end users find
 * null there. A type says it for all its fields, fields at the root each for itself, and a field that nobody said it of stops
 * the schema from being built. What a field costs is kept in `extensions.cost`.
 */
class PolicyPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const audience = this.#audienceOf(field)
    if (audience === 'internal' && !isNullable(field)) {
      throw new Error(`${nameOf(field)} is internal, so it has to be nullable: end users find null there`)
    }
    const { cost } = field.pothosOptions as { readonly cost?: FieldCost }
    return { ...field, extensions: { ...field.extensions, audience, ...(cost && { cost }) } }
  }

  override wrapResolve(resolve: Resolver<Types>, field: PothosOutputFieldConfig<Types>): Resolver<Types> {
    const kind = ROOTS.get(field.parentType)
    const isInternal = this.#audienceOf(field) === 'internal'
    if (!isInternal && (kind === undefined || kind === 'subscription')) return resolve
    return (parent, args, context, info) => {
      if (kind !== undefined) checkOperation(kind, context)
      return isInternal && viewerOf(context).kind === 'end-user' ? null : resolve(parent, args, context, info)
    }
  }

  override wrapSubscribe(subscribe: Resolver<Types> | undefined): Resolver<Types> | undefined {
    return (
      subscribe &&
      ((parent, args, context, info) => {
        checkOperation('subscription', context)
        return subscribe(parent, args, context, info)
      })
    )
  }

  #audienceOf(field: PothosOutputFieldConfig<Types>): Audience {
    const own = (field.pothosOptions as { readonly audience?: Audience }).audience
    const ofType = this.builder.configStore.getTypeConfig(field.parentType).pothosOptions as {
      readonly audience?: Audience
    }
    const audience = own ?? ofType.audience
    if (audience === undefined) throw new Error(`${nameOf(field)} does not say who may read it`)
    return audience
  }
}

type Resolver<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

const ROOTS: ReadonlyMap<string, OperationKind> = new Map([
  ['Query', 'query'],
  ['Mutation', 'mutation'],
  ['Subscription', 'subscription'],
])

/** The builder is made for this context; a plugin is for any. */
function viewerOf(context: object): Viewer {
  return (context as GatewayContext).viewer
}

function checkOperation(kind: OperationKind, context: object): void {
  if (!viewerOf(context).operations.has(kind)) throw clientError('FORBIDDEN', `You are not let in for a ${kind}.`)
}

function isNullable({ type }: { readonly type: unknown }): boolean {
  return typeof type === 'object' && type !== null && 'nullable' in type && type.nullable === true
}

function nameOf({ parentType, name }: { readonly parentType: string; readonly name: string }): string {
  return `${parentType}.${name}`
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      policy: PolicyPlugin<Types>
    }
    interface ObjectTypeOptions<Types extends SchemaTypes = SchemaTypes, Shape = unknown> {
      /** Who may read its fields. */
      audience: Audience
    }
    interface InterfaceTypeOptions<
      Types extends SchemaTypes = SchemaTypes,
      Shape = unknown,
      Interfaces extends InterfaceParam<Types>[] = InterfaceParam<Types>[],
      ResolveType = unknown,
    > {
      /** Who may read its fields. */
      audience: Audience
    }
    interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > {
      /** Who may read it, where that is not what the type says. */
      audience?: Audience
      cost?: FieldCost
    }
  }
}

SchemaBuilder.registerPlugin('policy', PolicyPlugin)
