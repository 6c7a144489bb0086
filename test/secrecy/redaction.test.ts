import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError, redactLine } from '../../src/ops/redaction.ts'
import { createLogLines } from '../faults/log-lines.ts'

const SECRET = 'hunter2hunter2hunter2'

describe('a line of the log', () => {
  it.each([
    `Authorization: Bearer ${SECRET}`,
    `authorization: AccessKey ${SECRET}`,
    `{"headers":{"apikey":"${SECRET}"}}`,
    `{"text":"{\\"api_access_token\\":\\"${SECRET}\\"}"}`,
    `password=${SECRET}&a=b`,
    `redis://default:${SECRET}@redis.example:6379/0`,
    `redis://:${SECRET}@redis.example`,
    `https://chat.example/cable?pubsub_token=${SECRET}`,
    `wss://chat.example/cable?x=${SECRET}`,
    `/webhooks/support/${SECRET} and more`,
    `PUT https://gateway.example/uploads/${SECRET}`,
    `cgk_${SECRET}`,
    `eyJhbGciOiJFUzI1NiJ9.${SECRET}.${SECRET}`,
  ])('does not have what stands in %s', (text) => {
    expect(redactLine(text)).not.toContain(SECRET)
    const { log, text: written } = createLogLines('info')
    log.info({ err: new Error(text, { cause: new Error(text) }), text }, text)
    expect(written()).not.toContain(SECRET)
    expect(() => JSON.parse(written())).not.toThrow()
  })

  it('keeps everything else', () => {
    const line = '{"msg":"a token is over, or revoked","url":"https://chat.example/api/v1","token":null,"password":3}'
    expect(redactLine(line)).toBe(line)
  })

  it.each(['a.', 'a://', 'eyJ-', 'bearer ', 'password ', 'x://a@', '/uploads/', 'secret\\"', 'eyJaaaaa.', ' ', 'cgk_'])(
    'costs no more where it was made of %j to cost much',
    (part) => {
      const line = part.repeat(100_000 / part.length)
      const begun = process.threadCpuUsage()
      redactLine(line)
      const { user, system } = process.threadCpuUsage(begun)
      expect((user + system) / 1_000).toBeLessThan(500)
    },
  )

  it('stays the JSON that it was', () => {
    const words = fc.constantFrom(
      'token',
      'secret',
      'Bearer abcdefgh',
      'apikey: x',
      '://a@b?c',
      '/uploads/abcdefgh',
      '"',
      '\\',
    )
    const text = fc.array(fc.oneof(words, fc.string({ unit: 'binary' }))).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(words, text), fc.oneof(text, fc.integer(), fc.constant(null))), (fields) => {
        expect(() => JSON.parse(redactLine(JSON.stringify(fields)))).not.toThrow()
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an error in the log', () => {
  it('has its message, its code and what caused it, and nothing that hangs on to it', () => {
    const cause = Object.assign(new Error('reset'), { code: 'ECONNRESET', headers: { apikey: SECRET } })
    const error = Object.assign(new AggregateError([cause], 'twice', { cause }), {
      body: SECRET,
      request: { cookie: SECRET },
    })
    const described = describeError(error)
    expect(described).toMatchObject({
      type: 'AggregateError',
      message: 'twice',
      cause: { message: 'reset', code: 'ECONNRESET' },
      errors: [{ code: 'ECONNRESET' }],
    })
    expect(JSON.stringify(described)).not.toContain(SECRET)
  })

  it('is told however deep its causes go, or where they go round', () => {
    const error = new Error('round')
    error.cause = error
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000)
    expect(describeError({ toString: null })).toEqual({
      type: 'object',
      message: 'something that is no error was thrown',
    })
  })
})
