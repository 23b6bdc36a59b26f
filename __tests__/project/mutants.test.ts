import { describe, expect, it } from 'vitest'
import { MUTANTS } from '../../mutants/kept.ts'
import { fileOf, filesIn } from '../docs/files.ts'

describe('the kept mutants', () => {
  it('name tests that exist', () => {
    const files = filesIn('__tests__', '.test.ts').map(({ path }) => path.replace('__tests__/', ''))
    const missing = MUTANTS.flatMap(({ tests }) => tests).filter(
      (test) => !files.some((file) => file === test || file.startsWith(`${test}/`)),
    )
    expect(missing).toEqual([])
  })

  it('each name one place in src/, as it is today', () => {
    const sources = filesIn('src', '.ts')
    const lost = MUTANTS.filter(({ from, in: part = '' }) => {
      const places = sources.filter(({ path }) => path.includes(part)).map(({ text }) => text.split(from).length - 1)
      return places.reduce((sum, count) => sum + count, 0) !== 1
    })
    expect(lost.map(({ from }) => from)).toEqual([])
  })

  it('are noticed by a test, or docs/reliability.md says why not', () => {
    const { text } = fileOf('docs/reliability.md')
    const unexplained = MUTANTS.filter(({ tests, survives }) =>
      survives === undefined ? tests.length === 0 : !text.includes(survives),
    )
    expect(unexplained).toEqual([])
  })
})
