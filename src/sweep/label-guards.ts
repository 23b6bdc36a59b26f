import type { Labels } from '../providers/observation.ts'
import type { GuardDoubt } from './guard-doubts.ts'
import { doubtAbout } from './guard-readings.ts'
import { type LabelPattern, labelTexts, matchLabels } from './labels.ts'

/** A deployment found, as far as its labels go. */
export interface Labelled {
  /** What it is called, for people. */
  name: string
  labels: Labels | null | undefined
}

/** A line of `label` that no deployment found has anything to do with. */
export interface UnmatchedLabel {
  line: string
  /** A line that excludes keeps nothing so; another selects nothing. */
  excludes: boolean
  key: string
}

/** Excluding lines whose key nothing has, and the others that nothing matches: perhaps they are misspelt. */
export function unmatchedLabels(patterns: readonly LabelPattern[], found: readonly Labelled[]): UnmatchedLabel[] {
  if (found.length === 0) return []
  const isMatched = (pattern: LabelPattern, { labels }: Labelled) =>
    pattern.excludes ? Object.hasOwn(labels ?? {}, pattern.key) : matchLabels(labels, [pattern]).kind === 'matches'
  return patterns
    .filter((pattern) => !found.some((each) => isMatched(pattern, each)))
    .map(({ source, excludes, key }) => ({ line: source, excludes, key }))
}

/** Doubts about lines that exclude. `selected` are those that are about to be deleted. */
export function labelDoubts(
  patterns: readonly LabelPattern[],
  found: readonly Labelled[],
  selected: readonly Labelled[],
): GuardDoubt[] {
  return patterns.flatMap((pattern): GuardDoubt[] => {
    const excludes = ({ labels }: Labelled) => matchLabels(labels, [pattern]).kind === 'none'
    if (!pattern.excludes) return []
    const isUnmatched = !found.some(excludes)
    for (const { name, labels } of selected) {
      const doubt = doubtAbout(pattern.source.slice(1), labelTexts(labels ?? {}))
      if (doubt !== undefined) {
        return [{ line: pattern.source, input: 'label', isUnmatched, how: doubt.how, name: `${name} (${doubt.name})` }]
      }
    }
    return []
  })
}
