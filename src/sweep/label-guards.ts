import type { Labels } from '../providers/observation.ts'
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

/** A line that excludes, and would keep a selected deployment if it were read as its author may have meant it. */
export interface LabelDoubt {
  line: string
  how: string
  /** The deployment with its label: `PR-42 (keep=true)`. */
  name: string
}

/** Doubts about lines that exclude nothing that was found. `selected` are those that are about to be deleted. */
export function labelDoubts(
  patterns: readonly LabelPattern[],
  found: readonly Labelled[],
  selected: readonly Labelled[],
): LabelDoubt[] {
  return patterns.flatMap((pattern): LabelDoubt[] => {
    const excludes = ({ labels }: Labelled) => matchLabels(labels, [pattern]).kind === 'none'
    if (!pattern.excludes || found.some(excludes)) return []
    for (const { name, labels } of selected) {
      const doubt = doubtAbout(pattern.source.slice(1), labelTexts(labels ?? {}))
      if (doubt !== undefined) return [{ line: pattern.source, how: doubt.how, name: `${name} (${doubt.name})` }]
    }
    return []
  })
}
