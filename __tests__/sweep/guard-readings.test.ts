import { describe, expect, it } from 'vitest'
import { doubtAbout, nearestName } from '../../src/sweep/guard-readings.ts'
import { parsePattern } from '../../src/sweep/pattern.ts'
import { unmatchedLines } from '../../src/sweep/unmatched.ts'

describe('a guard that met nothing, read in another way', () => {
  it.each([
    ['pr-9_demo', 'PR-9_demo', 'in another letter case'],
    ['PR-9-demo', 'PR-9_demo', 'with another separator'],
    ['pr-9.demo', 'PR-9_demo', 'in another letter case and with another separator'],
    ['PR-9-*', 'PR-9_demo', 'with another separator'],
    ['main release', 'release', 'as several patterns on one line'],
    ['main;release-*', 'release-2', 'as several patterns on one line'],
    ['main.*', 'main-2', "as a regular expression ('.*' is '*' here)"],
    ['PR.9.*', 'PR-9_demo', "as a regular expression ('.*' is '*' here, '.' is '?')"],
  ])('%j would hold %j: read %s', (line, name, how) => {
    expect(doubtAbout(line, ['other', name])).toEqual({ how, name })
  })

  it.each([
    ['main', 'main-2'],
    ['main', 'PR-1-main-fix'],
    ['PR-9', 'PR-9_demo'],
    ['PR-9_demo', 'PR-8_demo'],
    ['v1.2', 'v12'],
    ['release-1.?*', 'release-12'],
  ])('%j says clearly what it means, so %j may go', (line, name) => {
    expect(doubtAbout(line, [name])).toBeUndefined()
  })
})

describe('a line that matches nothing', () => {
  const guessFor = (line: string, ...names: string[]) =>
    unmatchedLines({ include: [parsePattern(line)], exclude: [], protect: [] }, names, []).map(({ guess }) => guess)

  it.each([
    ['PR-8', 'PR-8_a', 'a pattern matches whole names: write PR-8* for names that begin with it'],
    ['_a', 'PR-8_a', 'a pattern matches whole names: write *_a for names that end with it'],
    ['PR-{pr}_*', 'PR-x_a', 'names match it but for {pr}, which stands for a whole run of digits'],
    ['mian', 'main', 'it is nearly the name main'],
    ['pr-8_*', 'PR-8_a', 'read in another letter case, it would match PR-8_a'],
    ['nothing-like-it', 'main', undefined],
  ])('%j among %j: %s', (line, name, guess) => {
    expect(guessFor(line, name)).toEqual([guess])
  })

  it('is not told of where something matches it, or nothing is there', () => {
    expect(guessFor('PR-*', 'PR-1')).toEqual([])
    expect(guessFor('PR-*')).toEqual([])
  })

  it('a guard met what only goes along: it is matched, and an exclusion is not', () => {
    const [protect] = [[parsePattern('staging')]]
    expect(unmatchedLines({ include: [], exclude: [], protect }, ['PR-1'], ['staging'])).toEqual([])
    expect(unmatchedLines({ include: [], exclude: protect, protect: [] }, ['PR-1'], ['staging'])).toMatchObject([
      { role: 'exclude', line: 'staging' },
    ])
  })

  it('megabytes of names are compared in no time', () => {
    const names = Array.from({ length: 5000 }, (_, index) => `PR-${index}_${'x'.repeat(60)}`)
    expect(guessFor('PR-x', ...names, 'x'.repeat(1000))).toEqual([undefined])
  })
})

describe('the name that a misspelt line is nearest to', () => {
  it.each([
    ['llama-prodution', ['llama-products', 'llama-production'], 'llama-production'],
    ['main-2', ['main-9', 'other'], 'main-9'],
    ['main', ['staging'], undefined],
  ])('%s among %j is %s', (line, names, nearest) => {
    expect(nearestName(line, names)).toBe(nearest)
  })
})
