import { describe, expect, it } from 'vitest'
import { loosePrefixes } from '../../src/sweep/loose-prefix.ts'
import { parsePattern } from '../../src/sweep/pattern.ts'
import { job } from '../run/job.ts'
import { ago, DAY, sapAccount } from './accounts.ts'

const told = (...patterns: string[]) => loosePrefixes({ include: patterns.map(parsePattern), labels: [] })
const toldOfLabel = (value: string, excludes = false) =>
  loosePrefixes({
    include: [],
    labels: [{ source: `pr=${value}`, key: 'pr', value: parsePattern(value), excludes }],
  })

describe('patterns that take more than the pull request that is meant', () => {
  it('a digit directly before *: the notice shows what else it matches, and what to write', () => {
    expect(told('PR-4*')).toEqual([
      "'PR-4*' in 'name' has a digit before *, so it also matches PR-42* and the like. Where that is the number of a pull request, write PR-{pr}* and give the number in 'pull-request', where an empty one is an error",
    ])
  })

  it.each(['PR-*', 'pr*', 'pr_*', 'llama-pr-*', 'preview/*', 'pull-request-*', '*-pr-*'])(
    '%s is what is left where an expression for the number came out empty',
    (pattern) => {
      expect(told(pattern)).toEqual([expect.stringContaining(`'${pattern}' in 'name' matches what belongs to any`)])
    },
  )

  it('the same in a label', () => {
    expect(toldOfLabel('4*')).toEqual([expect.stringMatching(/^'pr=4\*' in 'label' .*pr=42\* .*write pr=\{pr\}\* and/)])
    expect(toldOfLabel('*')).toEqual([expect.stringMatching(/^'pr=\*' in 'label' matches what belongs to any/)])
    expect([...toldOfLabel('{pr}'), ...toldOfLabel('4'), ...toldOfLabel('4*', true)]).toEqual([])
  })

  it('of several *, the one behind the word is replaced', () => {
    expect(told('*-pr-*')[0]).toContain('write *-pr-{pr}* and')
  })

  it.each(['PR-{pr}*', 'PR-{pr}_*', 'PR-4_*', 'PR-4', 'smoke-*', '*', 'spr-*', 'expr*', 'PR-?', '*-pr4', 'v2-*'])(
    '%s: nothing is odd',
    (pattern) => expect(told(pattern)).toEqual([]),
  )
})

describe('the notice', () => {
  const notices = async (inputs: Record<string, string>, event: Parameters<typeof job>[0]) => {
    const account = sapAccount()
    account.world.add({ id: 'd1-0', status: 'STOPPED', configurationName: 'PR-41', createdAt: ago(DAY) })
    const { log } = await account.run(inputs, job(event))
    return log.filter((line) => line.startsWith("notice: 'PR-"))
  }

  it('comes in a run for a pull request, or where one is named', async () => {
    expect(await notices({ name: 'PR-4*' }, 'pull_request')).toHaveLength(1)
    expect(await notices({ name: 'PR-4*', 'pull-request': '4' }, 'schedule')).toHaveLength(1)
  })

  it('does not come in any other run, where a prefix may well be meant', async () => {
    expect(await notices({ name: 'PR-*' }, 'schedule')).toEqual([])
  })
})
