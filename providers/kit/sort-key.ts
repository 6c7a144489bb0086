/**
 * The key by which lists of conversations are merged across providers: milliseconds since 1970 in fixed width, so that
 * comparing bytes compares times (until the year 33658).
 */
export function conversationSortKey(time: Date): string {
  return fixedWidth(BigInt(time.getTime()), 15)
}

/** A number that is not negative, in fixed width: comparing bytes compares numbers. */
export function fixedWidth(value: bigint, digits: number): string {
  return value.toString().padStart(digits, '0')
}
