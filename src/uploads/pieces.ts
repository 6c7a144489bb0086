/**
 * What comes, in pieces of one size but for the last; ends with `too-slow` where it has not ended by `until`, in milliseconds
 * since 1970. Holds one piece at a time.
 */
export async function* inPieces(
  bytes: AsyncIterable<Uint8Array>,
  pieceBytes: number,
  until: number,
): AsyncIterable<Uint8Array | 'too-slow'> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const chunk of untilLate(bytes, until)) {
    if (chunk === 'too-slow') {
      yield chunk
      return
    }
    waiting.push(chunk)
    length += chunk.length
    if (length < pieceBytes) continue
    const whole = Buffer.concat(waiting)
    const rest = whole.length % pieceBytes
    for (let at = 0; at < whole.length - rest; at += pieceBytes) yield whole.subarray(at, at + pieceBytes)
    waiting = rest === 0 ? [] : [whole.subarray(whole.length - rest)]
    length = rest
  }
  if (length > 0) yield Buffer.concat(waiting)
}

async function* untilLate(bytes: AsyncIterable<Uint8Array>, until: number): AsyncIterable<Uint8Array | 'too-slow'> {
  const late = Promise.withResolvers<'too-slow'>()
  const timer = setTimeout(() => late.resolve('too-slow'), until - Date.now())
  const iterator = bytes[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = iterator.next()
      const result = await Promise.race([next, late.promise])
      if (result === 'too-slow') {
        // Nobody waits for it any more, and it may fail when the connection is ended.
        next.catch(() => {})
        yield result
        return
      }
      if (result.done) return
      yield result.value
    }
  } finally {
    clearTimeout(timer)
  }
}
