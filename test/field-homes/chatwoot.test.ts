import { CHATWOOT } from './chatwoot-case.ts'
import { CHATWOOT_HOMES } from './chatwoot-homes.ts'
import { describeHomes } from './describe-homes.ts'

describeHomes({ ...CHATWOOT, homes: CHATWOOT_HOMES })
