import { COMETCHAT } from './cometchat-case.ts'
import { COMETCHAT_HOMES } from './cometchat-homes.ts'
import { describeHomes } from './describe-homes.ts'

describeHomes({ ...COMETCHAT, homes: COMETCHAT_HOMES })
