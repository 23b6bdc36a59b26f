import type { Result } from '../teardown/result.ts'
import { isFailure } from './status.ts'
import { nameBeside, signOf, worstFirst } from './table.ts'

/** A chart with more rows is no longer readable. */
const MAX_TARGETS = 20
/** Mermaid draws a notice in place of a chart of more than 50,000 characters, and reports no error. */
const LONGEST_CHART = 40_000
/** A shorter chart is useless. Milliseconds. */
const SHORTEST_MS = 1000
const LONGEST_LABEL = 32
/** Pixels: of a character, around a label, and of all bars, as GitHub draws them at least. */
const CHARACTER_WIDTH = 6
const PADDING = 40
const BARS_WIDTH = 500

/**
 * A Mermaid gantt chart with a row for each target that something was requested for. Empty for fewer than two. Failures come
 * first; targets beyond the first twenty, or that would make the chart too long, are left out and counted in the title.
 */
export function timelineOf(results: readonly Result[]): string {
  const acted = worstFirst(results).filter(({ history }) => history.some(({ type }) => type === 'requested'))
  for (let most = MAX_TARGETS; most > 1; most--) {
    const chart = chartOf(acted.slice(0, most), acted.length)
    if (chart.length <= LONGEST_CHART) return chart
  }
  return ''
}

/** The chart of the targets shown, out of `count`. Empty if it would be useless. */
function chartOf(shown: readonly Result[], count: number): string {
  const start = Math.min(...shown.map(({ startedAt }) => startedAt))
  const total = Math.max(...shown.map(({ endedAt }) => endedAt)) - start
  if (shown.length < 2 || total < SHORTEST_MS) return ''
  const labels = labelsOf(shown)
  const more = count > shown.length ? ` (${shown.length} of ${count} targets)` : ''
  const head = [
    directive(Math.max(...labels.map(({ length }) => length))),
    'gantt',
    `  title What was done when${more}`,
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    `  axisFormat ${total < 5000 ? '%S.%L' : total < 3_600_000 ? '%M:%S' : '%H:%M:%S'}`,
  ]
  const sections = shown.flatMap((result, index) => [
    `  section ${labels[index]}`,
    ...barsOf(result).map(({ text, tag, from, to }, at, bars) => {
      // A label that does not fit into a bar is written next to it, where another bar may be.
      const fits = ((to - from) / total) * BARS_WIDTH > text.length * CHARACTER_WIDTH
      const shownText = fits || at === bars.length - 1 ? text : '·'
      return `  ${shownText} :${tag}${clockTime(from - start)}, ${Math.max(to - from, 1)}ms`
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

interface Bar {
  text: string
  tag: string
  from: number
  to: number
}

/**
 * Each action with the wait after it, until the next one or the end; repeated attempts are one bar. Steps before the deletion
 * have another colour, and so does a failed step.
 */
function barsOf({ history, outcome, endedAt }: Result): Bar[] {
  const acts = history.filter((event) => event.type === 'requested')
  const firsts = acts.filter(({ action }, index) => action.verb !== acts[index - 1]?.action.verb)
  return firsts.map((first, index) => {
    const next = firsts[index + 1]
    const attempts = acts.slice(acts.indexOf(first), next === undefined ? acts.length : acts.indexOf(next))
    const { action, actionResult } = attempts.at(-1) ?? first
    const tag = next === undefined && isFailure(outcome) ? 'crit, ' : action.final ? '' : 'active, '
    const text = actionResult.result === 'accepted' ? action.verb : `${action.verb} (${actionResult.result})`
    return { text, tag, from: first.at, to: next?.at ?? endedAt }
  })
}

/**
 * The time since the start as a time of day: Mermaid reads and shows times in the viewer's own zone, so a time of day
 * is shown as written, while a timestamp would be shifted.
 */
function clockTime(ms: number): string {
  return new Date(Date.UTC(2000, 0, 1) + ms).toISOString().replace('T', ' ').replace('Z', '')
}

/**
 * The name of each row. Mermaid has no escapes here, so only characters without a special meaning are kept. It merges rows with
 * equal names, and treats some words specially (`constructor`); the sign in front prevents that.
 */
function labelsOf(results: readonly Result[]): string[] {
  const seen = new Map<string, number>()
  return results.map((result) => {
    const text = nameBeside(result) ?? result.target.id
    const characters = [...(text.replace(/[^\p{L}\p{N} _.-]/gu, '_').trim() || '_')]
    const isLong = characters.length > LONGEST_LABEL
    const label = `${signOf(result.outcome)} ${isLong ? `${characters.slice(0, LONGEST_LABEL).join('')}…` : characters.join('')}`
    const times = (seen.get(label) ?? 0) + 1
    seen.set(label, times)
    return times === 1 ? label : `${label} (${times})`
  })
}
