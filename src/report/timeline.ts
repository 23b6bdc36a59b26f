import type { Result } from '../teardown/result.ts'
import { nameBeside, worstFirst } from './cells.ts'
import { isFailure } from './verdict.ts'

/** A chart with more sections is no longer readable. */
const MAX_TARGETS = 20
const LONGEST_LABEL = 32
/** Pixels of a character of a label, and around it. */
const CHARACTER_WIDTH = 6
const PADDING = 24

/**
 * A Mermaid gantt chart of what was done to each target, one row a target, for those something was asked of. Empty for fewer
 * than two. Failures come first; targets beyond the first twenty are left out and counted in the title.
 */
export function timelineOf(results: readonly Result[]): string {
  const acted = worstFirst(results).filter(({ history }) => history.some(({ type }) => type === 'acted'))
  if (acted.length < 2) return ''
  const shown = acted.slice(0, MAX_TARGETS).map((result) => ({ result, label: labelOf(result) }))
  const start = Math.min(...shown.map(({ result }) => result.startedAt))
  const end = Math.max(...shown.map(({ result }) => result.endedAt))
  const more = acted.length > shown.length ? ` (${shown.length} of ${acted.length} targets)` : ''
  const head = [
    directive(Math.max(...shown.map(({ label }) => label.length))),
    'gantt',
    `  title What was done when${more}`,
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    `  axisFormat ${end - start < 3_600_000 ? '%M:%S' : '%H:%M:%S'}`,
  ]
  const sections = shown.flatMap(({ result, label }) => [
    `  section ${label}`,
    ...bars(result).map(({ text, tag, from, to }) => {
      return `  ${text} :${tag}${clockTime(from - start)}, ${Math.max(to - from, 1)}ms`
    }),
  ])
  return ['```mermaid', ...head, ...sections, '```', ''].join('\n')
}

/** Room for the labels on the left, all bars of a target in one row, and two colours of rows instead of four. */
function directive(longestLabel: number): string {
  const gantt = {
    displayMode: 'compact',
    leftPadding: longestLabel * CHARACTER_WIDTH + PADDING,
    numberSectionStyles: 2,
  }
  return `%%{init: ${JSON.stringify({ gantt })}}%%`
}

/**
 * Each action with the wait after it, until the next one or the end. What comes before the deletion has another colour, and
 * so has what a failure was about.
 */
function bars(result: Result): { text: string; tag: string; from: number; to: number }[] {
  const acts = result.history.filter((event) => event.type === 'acted')
  return acts.map((act, index) => {
    const isLast = index === acts.length - 1
    const tag = isLast && isFailure(result.outcome) ? 'crit, ' : act.action.final ? '' : 'active, '
    const text = act.receipt.result === 'accepted' ? act.action.verb : `${act.action.verb} (${act.receipt.result})`
    return { text, tag, from: act.at, to: acts[index + 1]?.at ?? result.endedAt }
  })
}

/**
 * The time since the start as a time of day: Mermaid reads and shows times in the viewer's own zone, so that a day's time
 * comes out as it went in, where a moment would be shifted.
 */
function clockTime(ms: number): string {
  return new Date(Date.UTC(2000, 0, 1) + ms).toISOString().replace('T', ' ').replace('Z', '')
}

/** Mermaid has no escapes here: only characters without a meaning to it are left. */
function labelOf(result: Result): string {
  const text = nameBeside(result) ?? result.target.id
  const characters = [...text.replace(/[^\p{L}\p{N} _.-]/gu, '_')]
  return characters.length > LONGEST_LABEL ? `${characters.slice(0, LONGEST_LABEL - 1).join('')}…` : characters.join('')
}
