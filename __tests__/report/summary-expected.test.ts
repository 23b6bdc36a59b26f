import { describe, expect, it } from 'vitest'
import { commentOf } from '../../src/report/comment.ts'
import { summaryOf } from '../../src/report/summary.ts'
import { NOON, reportOf } from './results.ts'
import {
  cancelled,
  capped,
  deferred,
  hostilePlan,
  hostileResults,
  mistakes,
  nightlySweep,
  oneTarget,
  refused,
  thousandResults,
  unusedForAWeek,
} from './scenes.ts'

// What people see, as files to read: `npm run preview:summary` draws them as GitHub shows them.

const thousandReport = () => reportOf(thousandResults(), { provider: 'sap-ai-core', endedAt: NOON + 60_000 })
const hostile = () => summaryOf(reportOf(hostileResults(), { plan: hostilePlan(), problems: [] }), '/r.json')
const comment = async () => {
  const { results } = hostileSections()
  return commentOf(reportOf(results), results, 'https://github.com/octo/hello/actions/runs/1')
}

function hostileSections() {
  return { results: hostileResults(['@octocat closes #1 | `x`', '<!-- undeploy-end --> <b>']) }
}

describe('the job summary reads as it should, and is no longer than it must be', () => {
  it.each<[string, number, () => Promise<string>]>([
    ['one-target', 2000, async () => (await oneTarget()).summary],
    ['refused', 1500, async () => (await refused()).summary],
    ['sweep', 9000, async () => (await nightlySweep()).summary],
    ['unused', 9000, async () => (await unusedForAWeek()).summary],
    ['dry-run', 6000, async () => (await nightlySweep({ 'dry-run': 'true' })).summary],
    ['cancelled', 5000, async () => (await cancelled()).summary],
    ['capped', 1500, async () => (await capped()).summary],
    ['mistakes', 1000, async () => (await mistakes()).summary],
    ['deferred', 1000, async () => (await deferred()).summary],
    ['thousand', 350_000, async () => summaryOf(thousandReport(), '/r.json')],
    ['hostile', 200_000, async () => hostile()],
    ['comment', 2000, comment],
  ])('%s, at most %i bytes', async (name, atMost, write) => {
    const text = await write()
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(atMost)
    await expect(text).toMatchFileSnapshot(`expected/${name}.md`)
  })
})
