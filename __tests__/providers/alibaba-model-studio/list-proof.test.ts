import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createListProof } from '../../../src/providers/alibaba-model-studio/list-proof.ts'

const PAGE = 3

/** What others do to an account between two answers, at the nth place. */
interface Change {
  what: 'delete' | 'create' | 'recreate' | 'nothing'
  at: number
}

/** A deployment, and when it was made. */
interface Entry {
  id: string
  made: string
}

/** An account under many hands. */
function account(size: number, changes: Change[]) {
  const entries: Entry[] = Array.from({ length: size }, (_, index) => ({ id: `d${index}`, made: 'before' }))
  const removed: string[] = []
  let made = 0
  const add = (id: string | undefined, at: number) => {
    if (id !== undefined) entries.splice(at % (entries.length + 1), 0, { id, made: `later-${made++}` })
  }
  const happen = () => {
    const { what, at } = changes.shift() ?? { what: 'nothing', at: 0 }
    if (what === 'delete') removed.push(...entries.splice(at % Math.max(1, entries.length), 1).map(({ id }) => id))
    if (what === 'create') add(`new-${made}`, at)
    if (what === 'recreate') add(removed.pop(), at)
  }
  /** Reads all pages while the account changes under the reader's hands. */
  const read = () => {
    const marks = new Map<string, string>()
    const total = entries.length
    let pages = 0
    for (let from = 0; pages === 0 || from < total; from += PAGE, pages++) {
      for (const { id, made } of entries.slice(from, from + PAGE)) marks.set(id, made)
      happen()
    }
    return { marks, total, pages }
  }
  const remaining = () => entries.filter(({ made }) => made === 'before').map(({ id }) => id)
  return { read, remaining }
}

const CHANGES = fc.array(
  fc.record({ what: fc.constantFrom<Change['what']>('delete', 'create', 'recreate', 'nothing'), at: fc.nat(30) }),
  { maxLength: 30 },
)

const marked = (ids: string) => new Map([...ids].map((id) => [id, 'before']))

describe('what lists prove', () => {
  it('never that something is gone that is there, whatever others do between the pages', () => {
    let proofs = 0
    const property = fc.property(fc.nat(14), CHANGES, (size, changes) => {
      const { read, remaining } = account(size, changes)
      const known = remaining()
      const proof = createListProof()
      for (let round = 0; round < 6; round++) {
        proof.begin()(read())
        const gone = known.filter((id) => proof.isGone(id))
        proofs += gone.length
        expect(gone.filter((id) => remaining().includes(id))).toEqual([])
      }
    })
    fc.assert(property, { numRuns: 20_000, seed: 20_261_122 })
    expect(proofs).toBeGreaterThan(10_000)
  })

  it('one page that shows as many as it says there are: whatever is not on it is gone', () => {
    const proof = createListProof()
    proof.begin()({ marks: marked('ab'), total: 2, pages: 1 })
    expect(['a', 'c'].map(proof.isGone)).toEqual([false, true])
  })

  it.each([3, 1, undefined])('one page of two entries with total %s: nothing', (total) => {
    const proof = createListProof()
    proof.begin()({ marks: marked('ab'), total, pages: 1 })
    expect(proof.isGone('c')).toBe(false)
  })

  it('pages: nothing at first, all that is missing once the next list agrees', () => {
    const proof = createListProof()
    proof.begin()({ marks: marked('abcde'), total: 5, pages: 2 })
    expect(proof.isGone('x')).toBe(false)
    proof.begin()({ marks: marked('abcd'), total: 4, pages: 2 })
    expect(['a', 'e', 'x'].map(proof.isGone)).toEqual([false, true, true])
  })

  it('pages that another list was taken between: one that two lists do not both show counts for nothing', () => {
    const proof = createListProof()
    proof.begin()({ marks: marked('abcd'), total: 4, pages: 2 })
    // d went and e came between the pages: c moved to the first page unseen.
    proof.begin()({ marks: marked('abde'), total: 4, pages: 2 })
    expect(proof.isGone('c')).toBe(false)
  })

  it('pages of two lists that are read at the same time: nothing, because neither was there before the other', () => {
    const proof = createListProof()
    const proves = [proof.begin(), proof.begin()]
    for (const prove of proves) prove({ marks: marked('abcd'), total: 4, pages: 2 })
    expect(proof.isGone('x')).toBe(false)
  })

  it('entries without a creation time: nothing, because one of the same ID may have been made anew', () => {
    const unmarked = (ids: string) => new Map([...ids].map((id) => [id, undefined]))
    const proof = createListProof()
    for (const ids of ['abcde', 'abcd', 'abcd']) proof.begin()({ marks: unmarked(ids), total: ids.length, pages: 2 })
    expect(['a', 'e', 'x'].map(proof.isGone)).toEqual([false, false, false])
  })
})
