import { parseGlobalId } from '../../schema/global-id.ts'
import { type Canaries, TEAM_MOMENT } from './canaries.ts'
import type { Entitlement } from './entitlement.ts'

/** Everything in an answer that its reader may not know, in words. What they said themselves in asking does not count. */
export function leaksIn(answer: string, asked: string, who: Entitlement, canaries: Canaries): readonly string[] {
  const texts = [...new Set([...(answer.match(/[A-Za-z0-9_-]{12,}/g) ?? [])])].filter((text) => !asked.includes(text))
  const decoded = texts.map((text) => Buffer.from(text, 'base64url').toString('latin1'))
  const whole = [answer, ...decoded].join('\n')
  return [
    ...canariesIn(whole, asked, who, canaries),
    ...texts.flatMap((text) => idsIn(text, who)),
    ...accountsIn(whole, asked, who),
    ...(who.viewer.kind === 'end-user' && TEAM_MOMENT.test(whole) && !TEAM_MOMENT.test(asked)
      ? [`a moment that only the team moved: ${TEAM_MOMENT.exec(whole)?.[0]}`]
      : []),
  ]
}

function canariesIn(text: string, asked: string, who: Entitlement, canaries: Canaries): readonly string[] {
  return canaries.find(text).flatMap(({ mark, canary }) => {
    if (asked.includes(mark) || who.mayKnow(canary)) return []
    return [`${canary.what} of ${JSON.stringify(canary.holder)} at ${canary.account} (${mark})`]
  })
}

function accountsIn(text: string, asked: string, who: Entitlement): readonly string[] {
  const named = new Set(text.match(/(?:north|east|south)-(?:cometchat|chatwoot|bird)/g))
  return [...named].filter((key) => !who.has(key) && !asked.includes(key)).map((key) => `the account ${key}`)
}

function idsIn(text: string, who: Entitlement): readonly string[] {
  const id = parseGlobalId(text)
  if (id === null) return []
  const known =
    id.type === 'Conversation'
      ? who.maySee(id.account, id.conversation.native)
      : id.type === 'Message'
        ? who.maySeeMessage(id.account, id.message.conversation.native, id.message.native)
        : id.type === 'Participant'
          ? who.maySee(id.account, id.conversation.native) && who.mayMeet(id.account, id.person.native)
          : id.type === 'Person'
            ? who.mayMeet(id.account, id.person.native)
            : who.has(id.account)
  return known ? [] : [`the id of a ${id.type}: ${Buffer.from(text, 'base64url')}`]
}
