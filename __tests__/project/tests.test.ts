import { describe, expect, it } from 'vitest'
import config from '../../vitest.config.ts'
import { filesIn } from '../docs/files.ts'

/** What keeps a test from running, or lets it pass whatever it finds; biome knows only some of these. */
const ASIDE = [
  /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:skip|skipIf|runIf|todo|only|fails)\b/,
  /\b(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(/,
  /\b(?:skip|todo|only|fails)\s*:\s*true\b/,
  /\b(?:context|ctx)\.skip\s*\(|\(\{[^)]*\bskip\b[^)]*\}\)\s*=>/,
]

/** All but this one, which shows below what it would find. */
const files = filesIn('__tests__', '.test.ts').filter(({ path }) => path !== '__tests__/project/tests.test.ts')

describe('every test', () => {
  it('is among the files that are looked at', () => {
    expect(files.length).toBeGreaterThan(100)
  })

  it.each(files.map((file) => [file.path, file] as const))('of %s runs, and none alone', (_path, { text }) => {
    const aside = text.split('\n').filter((line) => ASIDE.some((pattern) => pattern.test(line)))
    expect(aside).toEqual([])
  })

  it.each([
    "it.skip('x', () => {})",
    "it.only('x', () => {})",
    "it.todo('x')",
    "describe.concurrent.skip('x', () => {})",
    "it.skipIf(process.env.CI)('x', () => {})",
    "test.fails('x', () => {})",
    "xit('x', () => {})",
    "it('x', { skip: true }, () => {})",
    "it('x', ({ skip }) => skip())",
  ])('written as %s would be found', (line) => {
    expect(ASIDE.some((pattern) => pattern.test(line))).toBe(true)
  })
})

describe('a test that shows nothing', () => {
  it('fails: one without an assertion, and one that keeps others from running', () => {
    expect(config).toMatchObject({ test: { expect: { requireAssertions: true }, allowOnly: false } })
  })
})
