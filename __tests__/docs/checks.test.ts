import { describe, expect, it } from 'vitest'
import { fileOf } from './files.ts'
import { grantFindings, injectable, unpinned } from './rules.ts'
import { languageFindings, workflowFindings } from './validators.ts'

const BROKEN = `name: Broken
on:
  pull_request:
    types: [closedd]
permissions:
  contents: write
jobs:
  undeploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - id: undeploy
        uses: undeploy/undeploy@v1
        with:
          deployment: d1
          dry-run: \${{ github.evnt.number }}
      - run: echo \${{ github.event.pull_request.title }} \${{ steps.undeploy.outputs.tomb }}
`

const MENDED = BROKEN.replace('closedd', 'closed')
  .replace('permissions:\n  contents: write', 'permissions: {}')
  .replace('runs-on', 'permissions: {}\n    timeout-minutes: 5\n    runs-on')
  .replace('@v7', '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1')
  .replace('deployment: d1', 'deployment-id: d1\n          provider: baseten')
  .replace('github.evnt.number', 'github.event.number > 0')
  .replace(
    /echo .*/,
    'echo "$TOMBSTONE"\n        env:\n          TOMBSTONE: $' + '{{ steps.undeploy.outputs.tombstone }}',
  )

describe('the checks of workflows', () => {
  it.each([
    ['an activity type that does not exist', "Unexpected value 'closedd'"],
    ['an input that does not exist', "Invalid action input 'deployment'"],
    ['an input that is missing', 'Missing required input `provider`'],
    ['a context that does not exist', 'Context access might be invalid: evnt'],
    ['an untrusted text in a script', 'is potentially untrusted'],
    ['an output that does not exist', 'there is no steps.undeploy.outputs.tomb'],
  ])('find %s', async (_, finding) => {
    expect((await workflowFindings('broken.yml', BROKEN)).join('\n')).toContain(finding)
  })

  it('find permissions for all, permissions unsaid, a missing time limit, an unpinned action, an expression in a script', () => {
    expect(grantFindings(BROKEN)).toHaveLength(3)
    expect(unpinned(BROKEN)).toEqual(['actions/checkout@v7'])
    expect(injectable(BROKEN)).toHaveLength(1)
  })

  it('find nothing in the same workflow without the mistakes', async () => {
    expect(await workflowFindings('mended.yml', MENDED)).toEqual([])
    expect([...grantFindings(MENDED), ...unpinned(MENDED), ...injectable(MENDED)]).toEqual([])
  })
})

describe('action.yml', () => {
  const { text } = fileOf('action.yml')

  it('is found without fault by the language service', async () => {
    expect(await languageFindings('action.yml', text)).toEqual([])
  })

  it.each([
    ['a colour the marketplace does not take', 'color: red', 'color: black'],
    ['a runtime the runner does not know', 'using: node24', 'using: node25'],
  ])('would be found at fault with %s', async (_, right, wrong) => {
    expect(await languageFindings('action.yml', text.replace(right, wrong))).toHaveLength(1)
  })
})
