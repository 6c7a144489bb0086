import { writeSync } from 'node:fs'
import { Pool } from 'undici'
import { signedWebhook } from './signed-webhook.ts'

/**
 * A process that sends so many webhooks, so many a second whether they are answered or not, each of them once, but for every
 * tenth, of which a copy goes to the next address at the same time. The addresses take turns; one that cannot be reached is
 * left out for a moment, as before any balancer. Prints the index of each webhook that was answered with 200, and at the end
 * what became of the others; of the copies it says nothing.
 *
 *     node test/support/webhook-sender.ts COUNT PER_SECOND ADDRESS…
 */

/** As long as Chatwoot waits. */
const PATIENCE_MS = 5_000

const [count, perSecond] = [Number(process.argv[2]), Number(process.argv[3])]
const targets = process.argv.slice(4).map((address) => {
  const { origin, pathname } = new URL(address)
  const pool = new Pool(origin, { headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS })
  return { pool, path: pathname, avoidedUntil: 0 }
})
const refusals = new Map<string, number>()
const startedAt = performance.now()
let sentInMs = 0

await Promise.all(await sendAll())
const answeredInMs = performance.now() - startedAt
await Promise.all(targets.map(({ pool }) => pool.close()))
writeSync(1, `${JSON.stringify({ sentInMs, answeredInMs, refusals: Object.fromEntries(refusals) })}\n`)

async function sendAll(): Promise<readonly Promise<void>[]> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const sent: Promise<void>[] = []
  const clock = setInterval(() => {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1000) * perSecond))
    while (sent.length < due) sent.push(send(sent.length))
    if (sent.length < count) return
    clearInterval(clock)
    resolve()
  }, 5)
  await promise
  sentInMs = performance.now() - startedAt
  return sent
}

async function send(index: number): Promise<void> {
  const copy = index % 10 === 0 ? deliver(index, index + 1) : null
  const outcome = await deliver(index, index)
  if (outcome === '200') writeSync(1, `${index}\n`)
  else refuse(outcome)
  await copy
}

/** Answers the status, or the code of what went wrong. */
async function deliver(index: number, turn: number): Promise<string> {
  const now = performance.now()
  const reachable = targets.filter(({ avoidedUntil }) => avoidedUntil <= now)
  const among = reachable.length > 0 ? reachable : targets
  const target = among[turn % among.length]!
  try {
    const { statusCode, body } = await target.pool.request({
      method: 'POST',
      path: target.path,
      ...signedWebhook(index),
    })
    await body.dump()
    return String(statusCode)
  } catch (error) {
    target.avoidedUntil = performance.now() + 250
    return (error as { code?: string }).code ?? 'broken'
  }
}

function refuse(reason: string): void {
  refusals.set(reason, (refusals.get(reason) ?? 0) + 1)
}
