import { plural } from '../lib/format.ts'
import { markdown } from '../lib/markdown.ts'
import type { Result } from '../teardown/result.ts'
import { createBoundedText } from './bounded-text.ts'
import { savings } from './cost.ts'
import type { RunReport } from './report.ts'
import { verdict, verdictSign } from './summary.ts'
import { RESULT_HEAD, resultRow, worstFirst } from './table.ts'

/** Far below GitHub's limit for a comment, so that several steps find room in it. Bytes. */
const MAX_BYTES = 20_000

/** A step's section of the comment on a pull request, with the outcomes of its targets. */
export function commentOf(report: RunReport, concerned: readonly Result[], runUrl: string): string {
  const shown = { ...report, results: concerned, plan: undefined }
  const sorted = worstFirst(concerned)
  const comment = createBoundedText(MAX_BYTES)
  const dry = report.dryRun ? ', dry run: nothing was changed' : ''
  comment.add(`**${verdictSign(shown)} Undeploy: ${verdict(shown)}** (${report.provider ?? ''}${dry})\n`)
  const saved = savings(shown)
  if (saved !== '') comment.add(`\n${markdown(saved)}\n`)
  for (const problem of report.problems) comment.add(`- ${markdown(problem)}\n`)
  if (sorted.length > 0) comment.addTable(`\n${RESULT_HEAD}`, sorted.map(resultRow), '')
  const rest = comment.isCut() ? ` shows all ${plural(sorted.length, 'target')}` : ''
  return `${comment.text()}\n[The run](${runUrl})${rest}`
}
