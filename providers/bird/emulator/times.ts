/** RFC 3339 in UTC as Bird prints it: milliseconds, without the zeros at their end (`.550` is `.55`, `.000` is nothing). */
export function toTime(date: Date): string {
  return date.toISOString().replace(/\.?0+Z$/, 'Z')
}
