import { describe, expect, it } from 'vitest'
import { type Block, isSteps, isWorkflow, pages, workflowAround, yamlBlocks } from './files.ts'
import { grantFindings, injectable, unpinned } from './rules.ts'
import { workflowFindings } from './validators.ts'

const BLOCKS = yamlBlocks(pages())
const WORKFLOWS = BLOCKS.filter(isWorkflow)
const STEPS = BLOCKS.filter(isSteps)

describe('YAML in pages', () => {
  it('is always a workflow or steps of one', () => {
    expect(BLOCKS.filter((block) => !WORKFLOWS.includes(block) && !STEPS.includes(block))).toEqual([])
  })

  it('has the three recipes, and the steps for each provider, in the README', () => {
    const inReadme = (blocks: Block[]) => blocks.filter(({ path }) => path.startsWith('README.md')).length
    expect([inReadme(WORKFLOWS), inReadme(STEPS)]).toEqual([3, 4])
  })

  it.each(WORKFLOWS)(
    '$path is found without fault, grants nothing by default, and pins what it uses',
    async ({ path, text }) => {
      expect(await workflowFindings(path, text)).toEqual([])
      expect([...grantFindings(text), ...injectable(text), ...unpinned(text)]).toEqual([])
    },
  )

  it.each(STEPS)('$path is found without fault', async (block) => {
    expect(await workflowFindings(block.path, workflowAround(block))).toEqual([])
  })
})
