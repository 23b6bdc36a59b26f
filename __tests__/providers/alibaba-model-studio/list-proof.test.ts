import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createListProof } from '../../../src/providers/alibaba-model-studio/list-proof.ts'

const PAGE = 3

/** What others do to an account between two answers: delete the nth, or create one at the nth place. */
interface Change {
  what: 'delete' | 'create' | 'nothing'
  at: number
}

/** Reads all pages while the account changes under the reader's hands. */
function read(account: string[], changes: Change[], created: { count: number }) {
  const happen = () => {
    const { what, at } = changes.shift() ?? { what: 'nothing', at: 0 }
    if (what === 'delete') account.splice(at % Math.max(1, account.length), 1)
    if (what === 'create') account.splice(at % (account.length + 1), 0, `new-${created.count++}`)
  }
  const ids = new Set<string>()
  const total = account.length
  let pages = 0
  for (let from = 0; pages === 0 || from < total; from += PAGE, pages++) {
    for (const id of account.slice(from, from + PAGE)) ids.add(id)
    happen()
  }
  return { ids, total, pages }
}

const CHANGES = fc.array(
  fc.record({ what: fc.constantFrom<Change['what']>('delete', 'create', 'nothing'), at: fc.nat(30) }),
  { maxLength: 30 },
)

describe('what lists prove', () => {
  it('never that something is gone that is there, whatever others do between the pages', () => {
    let proofs = 0
    const property = fc.property(fc.nat(14), CHANGES, (size, changes) => {
      const account = Array.from({ length: size }, (_, index) => `d${index}`)
      const known = [...account]
      const proof = createListProof()
      const created = { count: 0 }
      for (let round = 0; round < 6; round++) {
        const prove = proof.begin()
        prove(read(account, changes, created))
        const gone = known.filter((id) => proof.isGone(id))
        proofs += gone.length
        expect(gone.filter((id) => account.includes(id))).toEqual([])
      }
    })
    fc.assert(property, { numRuns: 2000, seed: 20_261_122 })
    expect(proofs).toBeGreaterThan(1000)
  })

  it('one page that shows as many as it says there are: whatever is not on it is gone', () => {
    const proof = createListProof()
    proof.begin()({ ids: new Set(['a', 'b']), total: 2, pages: 1 })
    expect(['a', 'c'].map(proof.isGone)).toEqual([false, true])
  })

  it.each([3, 1, undefined])('one page of two entries with total %s: nothing', (total) => {
    const proof = createListProof()
    proof.begin()({ ids: new Set(['a', 'b']), total, pages: 1 })
    expect(proof.isGone('c')).toBe(false)
  })

  it('pages: nothing at first, all that is missing once the next list agrees', () => {
    const proof = createListProof()
    const ids = new Set(['a', 'b', 'c', 'd'])
    proof.begin()({ ids: new Set([...ids, 'e']), total: 5, pages: 2 })
    expect(proof.isGone('x')).toBe(false)
    proof.begin()({ ids, total: 4, pages: 2 })
    expect(['a', 'e', 'x'].map(proof.isGone)).toEqual([false, true, true])
  })

  it('pages that another list was taken between: one that two lists do not both show counts for nothing', () => {
    const proof = createListProof()
    proof.begin()({ ids: new Set(['a', 'b', 'c', 'd']), total: 4, pages: 2 })
    // d went and e came between the pages: c moved to the first page unseen.
    proof.begin()({ ids: new Set(['a', 'b', 'd', 'e']), total: 4, pages: 2 })
    expect(proof.isGone('c')).toBe(false)
  })

  it('pages of two lists that are read at the same time: nothing, because neither was there before the other', () => {
    const proof = createListProof()
    const proves = [proof.begin(), proof.begin()]
    for (const prove of proves) prove({ ids: new Set(['a', 'b', 'c', 'd']), total: 4, pages: 2 })
    expect(proof.isGone('x')).toBe(false)
  })
})
