import { expect, it } from 'vitest'
import { outputsOf } from '../../src/report/outputs.ts'
import { reportOf, result } from './results.ts'

it('many deleted IDs take half of the room at most: the results have the other half', () => {
  const report = reportOf(
    Array.from({ length: 500 }, (_, index) => result('deleted', `deployment-${index}`.padEnd(200, 'x'))),
  )
  const { outputs, cut } = outputsOf(report, '', 20_000)
  expect(cut).toBe(true)
  expect(outputs['deleted-ids'].length).toBeLessThanOrEqual(10_000)
  expect(JSON.parse(outputs.results).length).toBeGreaterThan(10)
  expect(Object.values(outputs).join('').length).toBeLessThanOrEqual(20_000)
})
