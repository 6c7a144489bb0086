import { describe, expect, it } from 'vitest'
import { Wire } from '../../providers/kit/wire.ts'

describe('the reader for doubtful JSON', () => {
  it('names the path of what makes no sense, never the value', () => {
    const read = () =>
      Wire.object({ rows: [{ id: 1 }, { id: { secret: 'x' } }] }, 'GET /things')
        .list('rows')
        .map((row) => row.text('id'))
    expect(read).toThrow('GET /things.rows[1].id: expected a text, found a object')
  })

  it('takes numbers as text and text as numbers', () => {
    const wire = Wire.object({ id: 50, count: '3' }, 'it')
    expect(wire.text('id')).toBe('50')
    expect(wire.number('count')).toBe(3)
  })

  it('reads 0 seconds as never', () => {
    const wire = Wire.object({ seen: 0, made: 1_700_000_000 }, 'it')
    expect(wire.epochSeconds('seen')).toBeNull()
    expect(wire.epochSeconds('made')).toEqual(new Date(1_700_000_000_000))
  })
})
