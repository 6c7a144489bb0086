/** Time as work in the background needs it. */
export interface Clock {
  now(): Date
  /** Runs something later, without keeping the process alive. */
  after(milliseconds: number, run: () => void): { cancel(): void }
}

export const systemClock: Clock = {
  now: () => new Date(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds).unref()
    return { cancel: () => clearTimeout(timer) }
  },
}
