import { describe, expect, it } from 'vitest'
import config from '../../vitest.config.ts'
import { filesIn } from '../docs/files.ts'

describe('a test that shows nothing', () => {
  it('fails: one without an assertion, and one that keeps others from running', () => {
    expect(config).toMatchObject({ test: { expect: { requireAssertions: true }, allowOnly: false } })
  })

  // Biome knows those that are skipped or alone, and `npm test` fails where one was left out. Of these, neither knows.
  it('is not there because it is expected to fail', () => {
    const files = filesIn('__tests__', '.test.ts').filter(({ path }) => !path.endsWith('project/tests.test.ts'))
    expect(files.length).toBeGreaterThan(100)
    expect(files.filter(({ text }) => /\b(?:it|test)(?:\.\w+)*\.fails\b|\bfails: true\b/.test(text))).toEqual([])
  })
})
