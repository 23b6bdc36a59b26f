import { describe, expect, it } from 'vitest'
import { DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import { ALIBABA_KEY, serviceKey } from '../../emulators/seeded.ts'
import { actionSteps } from '../../emulators/workflow.ts'
import { fileOf, filesIn } from '../docs/files.ts'
import { tryWorkflow } from './examples-support.ts'

const CI = fileOf('.github/workflows/ci.yml').text

describe('examples', () => {
  it('each is carried out by a test', () => {
    const tests = filesIn('__tests__/e2e', '.test.ts')
      .map(({ text }) => text)
      .join()
    const names = filesIn('examples', '.yml').map(({ path }) => path.replace(/^examples\/|\.yml$/g, ''))
    expect(names.filter((name) => !tests.includes(`tryExample('${name}'`))).toEqual([])
  })
})

describe("the action job of the project's own CI", () => {
  it('points at the emulators, with their credentials', () => {
    const given = actionSteps(CI, () => '').map(({ inputs }) => [
      inputs['api-url'],
      inputs['api-key'],
      inputs['service-key'],
    ])
    const [baseten, sap, alibaba] = [
      ['http://127.0.0.1:8801', DEFAULT_API_KEY, undefined],
      [undefined, undefined, expect.any(String)],
      ['http://127.0.0.1:8803', ALIBABA_KEY, undefined],
    ]
    expect(given).toEqual([baseten, sap, alibaba, baseten, alibaba])
    expect(JSON.parse(serviceKey('http://127.0.0.1:8802'))).toMatchObject(JSON.parse(given[1]?.[2] ?? ''))
  })

  it('ends as the job expects', async () => {
    const { steps, emulators } = await tryWorkflow(CI)
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
