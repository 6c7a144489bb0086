import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { schema } from '../../schema/index.ts'
import { signedWebhook } from '../support/signed-webhook.ts'
import { Faults, KIND_COUNT } from './faults.ts'
import { startTestGateway, type TestGateway } from './faulty-gateway.ts'
import { makeQuestions, type Question } from './questions.ts'
import { overHttp, overServerSentEvents, overWebsocket, type Transport } from './transports.ts'

const faults = vi.hoisted(() => ({ current: null as null | { wrap<T extends object>(name: string, target: T): T } }))

// The stores are the real ones; only that they fail on demand is added.
vi.mock('../../src/events/open-log.ts', async (load) => {
  const real = await load<typeof import('../../src/events/open-log.ts')>()
  const openCommonStore: typeof real.openCommonStore = async (...given) => {
    const store = await real.openCommonStore(...given)
    return { ...store, log: faults.current?.wrap('log', store.log) ?? store.log }
  }
  return { ...real, openCommonStore }
})
vi.mock('../../src/uploads/open-uploads.ts', async (load) => {
  const real = await load<typeof import('../../src/uploads/open-uploads.ts')>()
  const openUploadStore: typeof real.openUploadStore = async (...given) => {
    const store = await real.openUploadStore(...given)
    return faults.current?.wrap('uploads', store) ?? store
  }
  return { ...real, openUploadStore }
})

describe('what goes wrong inside', () => {
  const injector = new Faults()
  let gateway: TestGateway
  let transports: readonly Transport[]
  let questions: readonly Question[]
  beforeAll(async () => {
    faults.current = injector
    injector.wrapResolvers(schema)
    gateway = await startTestGateway((account, provider) => injector.wrap(account, provider))
    transports = [overHttp(gateway.url), overServerSentEvents(gateway.url), overWebsocket(gateway.url)]
    questions = await makeQuestions(gateway)
  }, 60_000)
  afterAll(() => {
    injector.arm(null)
    return gateway.close()
  })

  it('is told to nobody, over any transport, but under a number that the log has', async () => {
    const told: string[] = []
    for (const [number, question] of questions.entries()) {
      const points = await pointsOf(question)
      expect(points.length, question.name).toBeGreaterThan(0)
      for (const [index, point] of points.entries()) {
        // Every way of failing and every transport meet, as the three numbers have no divisor in common.
        for (const offset of [0, 1]) told.push(await fail(question, point, number + 2 * index + offset))
      }
    }
    expect(injector.thrown.length).toBeGreaterThan(1_000)
    expectNoCanary(told)
    expectInLog(told)
  }, 240_000)

  it('is not told to whoever brings a file either', async () => {
    const upload = await createUpload()
    injector.passed.clear()
    await bring(upload)
    const points = [...injector.passed].filter((point) => point.startsWith('uploads.'))
    expect(points.length).toBeGreaterThan(0)
    for (const point of points) {
      const place = await createUpload()
      for (let kind = 0; kind < KIND_COUNT; kind += 1) {
        injector.arm(point, kind)
        const told = await bring(place)
        injector.arm(null)
        expect(told, point).not.toContain('canary')
      }
    }
  })

  it('is not told to the senders of webhooks', async () => {
    let number = 0
    const deliver = async () => {
      number += 1
      const answer = await fetch(gateway.webhookUrl, { method: 'POST', ...signedWebhook(number) })
      return JSON.stringify([answer.status, [...answer.headers], await answer.text()])
    }
    injector.passed.clear()
    expect(await deliver()).toMatch(/^\[200,/)
    const points = [...injector.passed].filter((point) => /^(log|chatwoot\.inlet)\./.test(point))
    expect(points).toEqual(expect.arrayContaining(['chatwoot.inlet.receive', 'log.commit']))
    for (const point of points) {
      for (let kind = 0; kind < KIND_COUNT; kind += 1) {
        injector.arm(point, kind)
        const told = await deliver()
        injector.arm(null)
        expect(told, point).not.toContain('canary')
      }
    }
  })

  async function createUpload(): Promise<string> {
    for (const question of questions.filter(({ name }) => name === 'createAttachmentUpload')) {
      const query = question.query.replace(
        '{ ... on',
        '{ ... on CreateAttachmentUploadSuccess { upload { url } } ... on',
      )
      const { data } = await gateway.ask(query, question.variables())
      const url = data?.createAttachmentUpload.upload?.url
      if (url !== undefined) return url
    }
    throw new Error('no account takes files')
  }

  async function bring(url: string): Promise<string> {
    const answer = await fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: 'png' })
    return JSON.stringify([answer.status, [...answer.headers], await answer.text()])
  }

  /** Where a question comes by. */
  async function pointsOf(question: Question): Promise<readonly string[]> {
    injector.arm(null)
    injector.passed.clear()
    const answer = await overServerSentEvents(gateway.url)(question)
    expect(answer, question.name).not.toMatch(/GRAPHQL_|BAD_REQUEST|INTERNAL/)
    return [...injector.passed].filter((point) => !IDLE.has(point))
  }

  async function fail(question: Question, point: string, turn: number): Promise<string> {
    injector.arm(point, turn % KIND_COUNT)
    const isStream = question.query.startsWith('subscription')
    const transport = transports[isStream ? 1 + (turn % 2) : turn % 3]
    const told = await transport?.(question)
    injector.arm(null)
    return `${point} ${turn % KIND_COUNT} ${question.name}: ${told}`
  }

  function expectNoCanary(told: readonly string[]): void {
    const leaks = told.filter((text) => text.includes('canary'))
    expect(leaks.slice(0, 20)).toEqual([])
  }

  function expectInLog(told: readonly string[]): void {
    const log = gateway.logged()
    const ids = told.flatMap((text) => [...text.matchAll(/correlationId\\?":\\?"([\w-]+)/g)].map(([, id = '']) => id))
    expect(ids.length).toBeGreaterThan(500)
    expect(ids.filter((id) => !log.includes(id))).toEqual([])
  }
})

/** What the gateway does by itself, with no question asked. */
const IDLE: ReadonlySet<string> = new Set(['log.watch'])
