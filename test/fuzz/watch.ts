import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'

/**
 * Loaded into a process before its own code: tells its parent, whenever asked, how long its event loop stood still since it was
 * asked last. By the clock that includes what other programs took of the processor; by the thread's own use of it, only what
 * was done here, with the collection of garbage apart.
 */
export interface Stillness {
  /** By the clock, in milliseconds. */
  readonly waited: Spread
  /** How long the thread was busy between two looks at its timers, in milliseconds. */
  readonly busyMs: number
  /** The longest collection of garbage, in milliseconds. */
  readonly garbageMs: number
  readonly rssBytes: number
}

export interface Spread {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

const LOOK_MS = 5
const RESOLUTION_MS = 5

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
let busyMs = 0
let garbageMs = 0
let usedMs = usedSoFarMs()

new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) garbageMs = Math.max(garbageMs, duration)
}).observe({ entryTypes: ['gc'] })

setInterval(() => {
  const now = usedSoFarMs()
  busyMs = Math.max(busyMs, now - usedMs)
  usedMs = now
}, LOOK_MS).unref()

process.on('message', () => {
  process.send?.(look())
})
process.channel?.unref()
delays.enable()

function look(): Stillness {
  const spread = { p50: at(50), p99: at(99), p999: at(99.9), max: inMs(delays.max) }
  const seen = { waited: spread, busyMs, garbageMs, rssBytes: process.memoryUsage.rss() }
  delays.reset()
  ;[busyMs, garbageMs] = [0, 0]
  return seen
}

function at(percent: number): number {
  return inMs(delays.percentile(percent))
}

/** What was measured has the resolution in it. */
function inMs(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
}

function usedSoFarMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
