import type { Result } from '../teardown/result.ts'
import { isFailure } from './verdict.ts'

/** A chart with more sections is no longer readable. */
const MAX_TARGETS = 20
const LONGEST_LABEL = 40

/**
 * A Mermaid gantt chart of what was done to each target, one section a target, for those something was asked of. Empty for
 * fewer than two. Targets beyond the first twenty are left out and counted in the title.
 */
export function timelineOf(results: readonly Result[]): string {
  const acted = results.filter(({ history }) => history.some(({ type }) => type === 'acted'))
  if (acted.length < 2) return ''
  const shown = acted.slice(0, MAX_TARGETS)
  const start = Math.min(...shown.map(({ startedAt }) => startedAt))
  const end = Math.max(...shown.map(({ endedAt }) => endedAt))
  const more = acted.length > shown.length ? ` (${shown.length} of ${acted.length} targets)` : ''
  const axis = end - start < 60_000 ? '%S.%L s' : end - start < 3_600_000 ? '%M:%S' : '%H:%M:%S'
  const head = ['gantt', `  title What was done when${more}`, '  dateFormat x', `  axisFormat ${axis}`]
  const sections = shown.flatMap((result) => [
    `  section ${plain(result.name ?? result.target.id)}`,
    ...bars(result).map(({ text, from, to }) => {
      const tag = isFailure(result.outcome) ? 'crit, ' : ''
      return `  ${text} :${tag}${from - start}, ${Math.max(to, from + 1) - start}`
    }),
  ])
  return ['```mermaid', ...head, ...sections, '```', ''].join('\n')
}

/** Each action with the wait after it, until the next one or the end. */
function bars({ history, endedAt }: Result): { text: string; from: number; to: number }[] {
  const acts = history.filter((event) => event.type === 'acted')
  return acts.map((act, index) => ({
    text: act.receipt.result === 'accepted' ? act.action.verb : `${act.action.verb} (${act.receipt.result})`,
    from: act.at,
    to: acts[index + 1]?.at ?? endedAt,
  }))
}

/** Mermaid has no escapes here: only characters without a meaning to it are left. */
function plain(text: string): string {
  const tame = text.replace(/[^\p{L}\p{N} _.-]/gu, '_')
  return tame.length > LONGEST_LABEL ? `${tame.slice(0, LONGEST_LABEL - 1)}…` : tame
}
