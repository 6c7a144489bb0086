import { createHmac, timingSafeEqual } from 'node:crypto'
import type { GatewayContext } from './context.ts'
import { clientError } from './errors.ts'

const SEAL_BYTES = 12

/**
 * Makes a cursor that only this gateway can have made. `scope` is the question it belongs to (which list, which filter): the
 * viewer is part of the seal too, so that nobody goes on where somebody else stopped.
 */
export function sealCursor(context: GatewayContext, scope: string, position: unknown): string {
  const body = Buffer.from(JSON.stringify(position))
  return Buffer.concat([seal(context, scope, body), body]).toString('base64url')
}

/** The position in a cursor of the same viewer and question. Throws CURSOR_INVALID for any other text. */
export function openCursor(context: GatewayContext, scope: string, cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url')
  const body = bytes.subarray(SEAL_BYTES)
  const isOurs =
    bytes.length > SEAL_BYTES &&
    bytes.toString('base64url') === cursor &&
    timingSafeEqual(bytes.subarray(0, SEAL_BYTES), seal(context, scope, body))
  if (!isOurs) {
    throw clientError(
      'CURSOR_INVALID',
      'This cursor was not made by this gateway for this list and filter: start again without it.',
    )
  }
  return JSON.parse(body.toString())
}

function seal(context: GatewayContext, scope: string, body: Uint8Array): Buffer {
  const hmac = createHmac('sha256', context.cursorKey)
  hmac
    .update(JSON.stringify([context.viewer.id, scope]))
    .update('\n')
    .update(body)
  return hmac.digest().subarray(0, SEAL_BYTES)
}
