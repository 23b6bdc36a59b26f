import { describe, expect, it } from 'vitest'
import { redacted } from '../../src/lib/redaction.ts'

const redact = (text: string) => text.replaceAll('secret', '***')

describe('a value without secrets', () => {
  it('has every text redacted, in lists and objects at any depth; all else stays', () => {
    const value = { a: ['x secret', 1, null, undefined, { b: 'secret' }], c: true }
    expect(redacted(value, redact)).toEqual({ a: ['x ***', 1, null, undefined, { b: '***' }], c: true })
    expect(redacted('a secret', redact)).toBe('a ***')
  })

  it('is a copy: what was given is as it was', () => {
    const value = { a: ['secret'], b: ['plain'] }
    const copy = redacted(value, redact)
    expect(value).toEqual({ a: ['secret'], b: ['plain'] })
    expect(copy.b).toBe(value.b)
  })

  it('what two parts share, they still share', () => {
    const target = { id: 'secret' }
    const { results, plan } = redacted({ results: [target], plan: { target } }, redact)
    expect(results[0]).toBe(plan.target)
  })

  it('a member called __proto__ is one like any other', () => {
    const copy = redacted<object>(JSON.parse('{"__proto__":{"x":"secret"}}'), redact)
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"x":"***"}}')
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
  })

  it('what is no list and no plain object stays the very same', () => {
    const ids = new Set(['secret'])
    expect(redacted({ ids }, redact).ids).toBe(ids)
  })

  it('what is told to stay does, with all below it', () => {
    const value = { outcome: 'secret', list: [{ type: 'secret', reason: 'secret' }] }
    expect(redacted(value, redact, { except: new Set(['outcome', 'type']) })).toEqual({
      outcome: 'secret',
      list: [{ type: 'secret', reason: '***' }],
    })
  })

  it('is refused where it nests deeper than allowed', () => {
    expect(redacted([[['secret']]], redact, { deepest: 3 })).toEqual([[['***']]])
    expect(() => redacted([[[['secret']]]], redact, { deepest: 3 })).toThrow(RangeError)
  })
})
