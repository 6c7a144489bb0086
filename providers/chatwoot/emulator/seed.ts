import { Random } from '../../kit/emulator/index.ts'
import type { StoryTime } from './seed-beats.ts'
import { seedPeople } from './seed-people.ts'
import { playStories } from './seed-stories.ts'
import { AccountState } from './state.ts'

export { TOKENS } from './seed-people.ts'

/** The account as the story leaves it: the same seed and end make the same account, down to the last uuid. */
export function seedAccount(seed: number, storyEnd: Date): AccountState {
  const account = new AccountState(storyEnd.getTime())
  const time: StoryTime = { random: new Random(seed), end: storyEnd.getTime() }
  seedPeople(account, time)
  playStories(account, time)
  // Nobody listened while the story was told.
  account.takeHappenings()
  return account
}
