/** A small, plausible mistake in the source, and the tests that must notice it. */
export interface Mutant {
  /** A snippet that is in `src` once; its one place is found by it, whatever file it moves to. */
  from: string
  to: string
  /** Where the snippet is in several files: a part of the path of the one that is meant. */
  in?: string
  /** Test files or folders. */
  tests: readonly string[]
  /** Why no test can notice: nothing that anybody sees depends on it. */
  equivalent?: string
}

const SWEEP = ['__tests__/sweep']

export const MUTANTS: readonly Mutant[] = [
  { from: 'numbers.length > MAX_NUMBERS ?', to: 'numbers.length > MAX_NUMBERS + 1 ?', tests: SWEEP },
  { from: 'a.size > MAX_NUMBERS || b.size === 0 ? a', to: 'a.size >= MAX_NUMBERS || b.size === 0 ? a', tests: SWEEP },
  { from: 'pattern.slice(1).trim()', to: 'pattern.slice(1)', tests: ['__tests__/inputs', '__tests__/sweep'] },
  {
    from: "sources.length === 1 && sources[0] === 'none'",
    to: "sources.includes('none')",
    tests: ['__tests__/inputs', '__tests__/sweep'],
  },
]
