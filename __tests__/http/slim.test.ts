import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlimmer, DEEPEST } from '../../src/http/slim.ts'

const same = (text: string) => text

/** The text through a slimmer in pieces of this length, and what it says. */
function slimmed(text: string, keep: readonly string[], length = text.length, clean = same) {
  const slimmer = createSlimmer(keep, clean)
  for (let at = 0; at < text.length; at += Math.max(1, length)) slimmer.push(text.slice(at, at + Math.max(1, length)))
  return { text: slimmer.text(), whole: () => slimmer.whole(JSON.parse(slimmer.text())) }
}

describe('lists, made small while they arrive', () => {
  it('keeps the named members of each entry, and everything around the list', () => {
    const text =
      '{"count":2,"resources":[{"id":"a","big":[1,{"x":2}]},{"id":"b","status":"RUNNING"}],"more":{"id":1,"big":2}}'
    expect(slimmed(text, ['id', 'status']).whole()).toEqual({
      count: 2,
      resources: [{ id: 'a' }, { id: 'b', status: 'RUNNING' }],
      more: { id: 1, big: 2 },
    })
  })

  it.each([
    ['an empty list', '{"deployments":[]}'],
    ['a list of texts', '{"ids":["a","{","}]"]}'],
    ['a list that is the whole', '[{"id":"a","x":1}]'],
    ['an object without a list', '{"error":{"code":"1","message":"no [{ here"}}'],
    ['no JSON at all', 'RBAC: access denied'],
    ['a cut off text', '{"deployments":[{"id":"a","x'],
  ])('%s comes back as it is', (_name, text) => {
    expect(slimmed(text, ['id']).text).toBe(text)
  })

  it('brackets, quotes and backslashes in texts mislead nobody, wherever the pieces end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('id', 'name', 'x', '}'), fc.jsonValue(), { maxKeys: 4 })),
        fc.integer({ min: 1, max: 40 }),
        (entries, length) => {
          const text = JSON.stringify({ total: 1, list: entries }, null, length % 3)
          const kept = entries.map((entry) =>
            Object.fromEntries(Object.entries(entry).filter(([name]) => name === 'id' || name === 'name')),
          )
          expect(slimmed(text, ['id', 'name'], length).whole()).toEqual(
            JSON.parse(JSON.stringify({ total: 1, list: kept })),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('each entry is cleaned as a whole, although it arrives in pieces', () => {
    const text = '{"list":[{"id":"the-secret-key"},{"id":"b"}]}'
    const { whole } = slimmed(text, ['id'], 5, (part) => part.replaceAll('secret', '***'))
    expect(whole()).toEqual({ list: [{ id: 'the-***-key' }, { id: 'b' }] })
  })

  it('what is escaped in an entry is cleaned as well, at any depth', () => {
    const text = '{"list":[{"id":"the-\\u0073ecret-key","tags":["s\\u0065cret"]},{"id":"b"}]}'
    const { whole } = slimmed(text, ['id', 'tags'], 5, (part) => part.replaceAll('secret', '***'))
    expect(whole()).toEqual({ list: [{ id: 'the-***-key', tags: ['***'] }, { id: 'b' }] })
  })

  it.each([
    ['around the list', ''],
    ['in an entry', '{"list":[{"id":'],
  ])('brackets without end %s are given up at once', (_where, start) => {
    const slimmer = createSlimmer(['id'], same)
    slimmer.push(`${start}${'['.repeat(DEEPEST - 3)}`)
    expect(() => slimmer.push('['.repeat(4))).toThrow(RangeError)
  })

  it('entries stay where they are, among others and in several lists', () => {
    const text = '{"a":[0,{"id":1,"at":7},null,{"at":8}],"b":{"at":0},"c":[{"id":[{"at":0}]}]}'
    expect(slimmed(text, ['id', 'at'], 3).whole()).toEqual(JSON.parse(text))
    for (const lists of ['{"a":[["x"],[{"at":0}]]}', '[[{"at":0}],{"at":0}]'])
      expect(slimmed(lists, ['id'], 4).whole()).toEqual(JSON.parse(lists))
  })

  it('an entry that is no JSON is an error', () => {
    expect(() => slimmed('{"list":[{"id":nonsense}]}', ['id'])).toThrow(SyntaxError)
  })
})
