import { describe, expect, it } from 'vitest'
import { commentOf } from '../../src/report/comment.ts'
import { reportOf, result } from './results.ts'
import { hostileResults } from './scenes.ts'

const RUN = 'https://github.com/octo/hello/actions/runs/7'

describe("a step's section of the comment", () => {
  it('has the verdict, a row for each target and a link to the run', () => {
    const results = [result('deleted', 'd1', { name: 'PR-7' }), result('failed', 'd2')]
    const section = commentOf(reportOf(results), results, RUN)
    expect(section).toMatch(/^\*\*❌ Undeploy: 1 failed, 1 deleted\*\* \(baseten\)\n/)
    expect(section.indexOf('<code>d2</code>')).toBeLessThan(section.indexOf('<code>d1</code>'))
    expect(section.endsWith(`\n[The run](${RUN})`)).toBe(true)
  })

  it('tells only of what concerns the pull request', () => {
    const [mine, other] = [result('deleted', 'mine'), result('failed', 'other')]
    const section = commentOf(reportOf([mine, other]), [mine], RUN)
    expect(section).toContain('✅ Undeploy: 1 deleted')
    expect(section).not.toContain('other')
  })

  it('says why nothing was begun', () => {
    const section = commentOf(reportOf([], { problems: ['GitHub | could not be asked'] }), [], RUN)
    expect(section).toContain('❌ Undeploy: nothing was deleted')
    expect(section).toContain('- GitHub &#124; could not be asked\n')
  })

  it('says that a dry run changed nothing', () => {
    const results = [result('planned')]
    expect(commentOf(reportOf(results, { dryRun: true }), results, RUN)).toContain('dry run: nothing was changed')
  })

  it('of a thousand targets leaves room for other steps, shows failures first, and says where the rest is', () => {
    const results = [...Array.from({ length: 1000 }, (_, n) => result('deleted', `d${n}`)), result('failed', 'bad')]
    const section = commentOf(reportOf(results), results, RUN)
    expect(Buffer.byteLength(section)).toBeLessThan(20_500)
    expect(section).toContain('<code>bad</code>')
    expect(section.endsWith(`[The run](${RUN}) shows all 1001 targets`)).toBe(true)
  })

  it('of hostile names mentions nobody and holds nothing but its own markup', () => {
    const results = hostileResults()
    const section = commentOf(reportOf(results), results, RUN)
    expect(section.match(/<\/?[a-z!][^>]*>/gi)?.filter((tag) => !/^<(\/?(b|code)|br)>$/.test(tag))).toEqual([])
    expect(section).not.toMatch(/@\w|#\d+(?![\d;])|<!--|!\[|https?:\/\/evil|www\.evil/)
    expect(section.split('\n').filter((line) => line.startsWith('|') && !line.endsWith('|'))).toEqual([])
  })
})
