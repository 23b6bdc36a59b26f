import { describe, expect, it } from 'vitest'
import { MODEL } from '../../emulators/seeded.ts'
import { fileOf, filesIn, isSteps, isWorkflow, workflowAround, yamlBlocks } from '../docs/files.ts'
import { tryWorkflow } from './examples-support.ts'

const PAGES = [fileOf('README.md'), ...filesIn('docs', '.md')]
const WORKFLOWS = yamlBlocks(PAGES)
  .filter((block) => isWorkflow(block) || isSteps(block))
  .map((block) => ({ path: block.path, text: isWorkflow(block) ? block.text : workflowAround(block) }))
  .filter(({ text }) => text.includes('uses: undeploy/undeploy@'))

/** The line that a user removes once the plan is right. */
const DRY_RUN = /^ *dry-run: true\n/m

/** What the outputs of a deploy step stand for, which is another thing for each provider. */
function deployed(text: string): Record<string, string> {
  const id = text.includes('provider: sap-ai-core') ? 'd6f2c5b7d9a1e380' : 't1u2v3w'
  return {
    'steps.deploy.outputs.deployment-id': id,
    'steps.deploy.outputs.model-id': MODEL,
    'steps.deploy.outputs.deployed-model': 'qwen-plus-2025-12-01-smoke',
  }
}

describe('workflows and steps in pages, against the emulators', () => {
  it.each(WORKFLOWS)('$path succeeds and deletes something, once it is no dry run', async ({ text }) => {
    const { steps } = await tryWorkflow(text.replace(DRY_RUN, ''), deployed(text))
    expect(steps.length).toBeGreaterThan(0)
    for (const { main, post } of steps) {
      const { exitCode, outputs } = post ?? main
      expect([exitCode, outputs['status'], Number(outputs['deleted-count']) > 0]).toEqual([0, 'deleted', true])
    }
  })

  it.each(WORKFLOWS.filter(({ text }) => DRY_RUN.test(text)))('$path as it stands is a dry run', async ({ text }) => {
    const { steps } = await tryWorkflow(text, deployed(text))
    expect(steps.map(({ main }) => [main.exitCode, main.outputs['status']])).toEqual([[0, 'planned']])
  })

  it('begins with a dry run for each provider', () => {
    expect(WORKFLOWS.filter(({ text }) => DRY_RUN.test(text))).toHaveLength(3)
  })
})
