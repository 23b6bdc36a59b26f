import { describe, expect, it } from 'vitest'
import { fileOf, filesIn } from '../docs/files.ts'
import { PATIENCE, tryWorkflow } from './examples-support.ts'

describe('examples', () => {
  it('each is carried out by a test', () => {
    const tests = filesIn('__tests__/e2e', '.test.ts')
      .map(({ text }) => text)
      .join()
    const names = filesIn('examples', '.yml').map(({ path }) => path.replace(/^examples\/|\.yml$/g, ''))
    expect(names.filter((name) => !tests.includes(`tryExample('${name}'`))).toEqual([])
  })
})

describe("the action job of the project's own CI", PATIENCE, () => {
  it('ends as the job expects', async () => {
    const { steps, emulators } = await tryWorkflow(fileOf('.github/workflows/ci.yml').text)
    const told = steps.map(({ main, post }) => [main.exitCode, main.outputs['status'], post?.outputs['status']])
    expect(told).toEqual([
      [0, 'deleted', undefined],
      [0, 'deleted', undefined],
      [0, 'planned', undefined],
      [1, 'failed', undefined],
      [0, 'planned', 'deleted'],
    ])
    expect(steps[0]?.main.outputs['deleted-ids']).toBe('["qv7m3p2","r8n4t6y"]')
    expect(steps[3]?.main.outputs['failed-count']).toBe('1')
    expect(emulators.alibaba.world.has('qwen-plus-2025-12-01-smoke')).toBe(false)
  })
})
