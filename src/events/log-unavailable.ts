/** The log cannot be reached now: nothing is known to have been written, and the same may succeed later. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable'
}
