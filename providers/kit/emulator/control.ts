import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Chatter } from './chatter.ts'
import { type EmulatedActs, type RecordedRequest, UnknownThing } from './emulator.ts'
import { type Mischief, misbehaviourSchema } from './misbehaviour.ts'

const saySchema = z.strictObject({ conversation: z.string(), person: z.string(), text: z.string() })
const receiveSchema = z.strictObject({ conversation: z.string(), person: z.string() })
const readSchema = receiveSchema.extend({ upTo: z.string().optional() })
const webhooksSchema = z.strictObject({
  url: z.url().nullable(),
  duplicate: z.boolean().default(false),
  shuffle: z.boolean().default(false),
})
const chatterSchema = z.strictObject({ on: z.boolean() })

export interface ControlledEmulator {
  readonly vendor: EmulatedActs
  readonly mischief: Mischief
  readonly requests: readonly RecordedRequest[]
  readonly chatter: Chatter
}

/** The routes under `/__control`, which are not the vendor's: people act here, and tests look behind the scenes. */
export function controlRoutes({ vendor, mischief, requests, chatter }: ControlledEmulator): Hono {
  const routes = new Hono().basePath('/__control')

  routes.post('/say', async (context) => {
    const { conversation, person, text } = saySchema.parse(await context.req.json())
    return context.json(vendor.say(conversation, person, text))
  })
  routes.post('/receive', async (context) => {
    const { conversation, person } = receiveSchema.parse(await context.req.json())
    vendor.receive(conversation, person)
    return context.json({})
  })
  routes.post('/read', async (context) => {
    const { conversation, person, upTo } = readSchema.parse(await context.req.json())
    vendor.read(conversation, person, upTo ?? null)
    return context.json({})
  })
  routes.post('/misbehave', async (context) => {
    mischief.set(misbehaviourSchema.parse(await context.req.json()))
    return context.json({})
  })
  routes.post('/deliver-webhooks-to', async (context) => {
    const { url, ...how } = webhooksSchema.parse(await context.req.json())
    vendor.deliverWebhooksTo(url === null ? null : { url, ...how })
    return context.json({})
  })
  routes.post('/chatter', async (context) => {
    if (chatterSchema.parse(await context.req.json()).on) chatter.start()
    else chatter.stop()
    return context.json({})
  })
  routes.get('/requests', (context) => {
    const since = Number(context.req.query('since') ?? 0)
    return context.json({ next: requests.length, requests: requests.slice(since) })
  })
  routes.get('/state', (context) => context.json(vendor.state()))

  routes.onError(refuse)
  return routes
}

function refuse(error: Error, context: Context): Response {
  if (error instanceof UnknownThing) return context.json({ error: error.message }, 404)
  if (error instanceof z.ZodError) return context.json({ error: z.prettifyError(error) }, 400)
  if (error instanceof SyntaxError) return context.json({ error: 'the body is not JSON' }, 400)
  throw error
}
