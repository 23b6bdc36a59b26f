import { describe, expect, it } from 'vitest'
import { readInputs } from '../../src/inputs/inputs.ts'
import { PROVIDERS } from '../../src/providers/registry.ts'
import { placesOf, selectionText } from '../../src/report/selection-text.ts'
import { ALIBABA, BASETEN, SAP, variables, without } from '../inputs/mistakes.ts'
import { sourcesOf } from '../support/sources.ts'

/** What the first line and the summary say of a step with these inputs. */
function told(step: Readonly<Record<string, string>>): string {
  const env = { ...variables({ ...step, 'github-token': 'ghs_emulated' }), GITHUB_REPOSITORY: 'octo/hello' }
  const { result } = readInputs(sourcesOf(env), PROVIDERS)
  if (!result.ok) throw new Error(result.mistakes.join('; '))
  return `${placesOf(result.inputs).join(', ')}: ${selectionText(result.inputs).join(', ')}`
}

const sweep = (step: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>) =>
  told({ ...without(step, 'deployment-id'), ...more })

describe('where a step looks and what it selects', () => {
  it('exact IDs, with what they are under', () => {
    expect(told({ ...BASETEN, 'model-id': 'm1', 'deployment-id': 'd1' })).toBe('baseten, model m1: deployment d1')
    expect(told({ ...SAP, 'deployment-id': 'd001,d002', 'resource-group': 'team-a' })).toBe(
      'sap-ai-core, resource group team-a: 2 deployments d001, d002',
    )
  })

  it('many IDs are counted', () => {
    const ids = Array.from({ length: 13 }, (_, n) => `d00${n}`)
    expect(told({ ...SAP, 'deployment-id': ids.join() })).toMatch(/: 13 deployments d000, .*, d009 and 3 more$/)
  })

  it('the region and the workspace, or neither where another base URL decides', () => {
    expect(sweep(ALIBABA, { name: 'a-*', 'workspace-id': 'ws-1' })).toBe(
      'alibaba-model-studio, region ap-southeast-1, workspace ws-1: deployments named a-*',
    )
    expect(sweep(ALIBABA, { name: 'a-*', 'api-url': 'https://x.aliyuncs.com' })).toBe(
      'alibaba-model-studio: deployments named a-*',
    )
  })

  it('a sweep, with everything that narrows it', () => {
    const narrowed = {
      'model-id': 'm1,m2',
      name: 'PR-*\n!PR-7_*',
      'older-than': '7d',
      status: 'ACTIVE',
      'keep-latest': '2',
      protect: 'main\nrelease-*',
    }
    expect(sweep(BASETEN, narrowed)).toBe(
      'baseten, models m1, m2: deployments named PR-*, not PR-7_*, older than 7d, in status ACTIVE, but the 2 newest, protected: main, release-*',
    )
  })

  it('labels, use and one pull request', () => {
    const narrowed = { label: 'team=a', 'unused-for': '7d', name: 'PR-{pr}_*', 'pull-request': '42', 'model-id': 'm1' }
    expect(sweep(BASETEN, narrowed)).toBe(
      'baseten, model m1: deployments named PR-{pr}_*, labelled team=a, of pull request 42, unused for 7d',
    )
  })
})
