import { setTimeout as sleep } from 'node:timers/promises'
import { ExchangeError } from './exchange.ts'

/** Waits, but no longer than somebody wants to know the answer. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (cause) {
    throw new ExchangeError('aborted', 'the caller gave up', cause)
  }
}

/** What becomes of some work, unless its time is over or nobody wants to know any more: then the work goes on unobserved. */
export function whileWanted<T>(work: Promise<T>, deadline: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new ExchangeError('aborted', 'the caller gave up'))
    const onTimeout = () => reject(new ExchangeError('aborted', 'the time was over'))
    const timer = setTimeout(onTimeout, Math.max(0, deadline - Date.now()))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
  })
}
