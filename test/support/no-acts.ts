import type { Acts } from '../../schema/acts.ts'
import type { ActingHost } from '../../src/operation.ts'

const refuse = () => Promise.reject(new Error('nothing is done here'))

/** For hosts at which nobody acts. */
export const NO_ACTS: Acts = {
  perform: refuse,
  performAlone: refuse,
  send: refuse,
  start: refuse,
  createUpload: refuse,
  openUpload: refuse,
}

export const NOBODY_ACTS: ActingHost = { for: () => NO_ACTS }
