/**
 * The key under which a client sent a message travels in CometChat's `muid`, which every other client fills as well: ours are
 * told by their prefix.
 */
const PREFIX = 'cg-'

export function toMuid(clientMessageId: string): string {
  return PREFIX + clientMessageId
}

/** Null for a muid that this gateway did not write. */
export function readClientMessageId(muid: string | null): string | null {
  return muid?.startsWith(PREFIX) ? muid.slice(PREFIX.length) : null
}
