import { BIRD } from './bird-case.ts'
import { BIRD_HOMES } from './bird-homes.ts'
import { describeHomes } from './describe-homes.ts'

describeHomes({ ...BIRD, homes: BIRD_HOMES })
