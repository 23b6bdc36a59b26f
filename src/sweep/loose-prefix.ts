import type { Criteria } from './criteria.ts'

/** Words that stand before the number of a pull request in names. */
const BEFORE_A_NUMBER =
  /(?:^|[^a-z])(?:pr|prs|pull|pulls|pull[-_]?request|mr|preview|previews|review|reviews)[-_./#=]?\*/i

/**
 * What is odd about patterns in a run for a pull request, in words: `PR-4*` also matches PR-42, and `PR-*` is what is left of
 * `PR-<number>*` where the expression for the number came out empty.
 */
export function loosePrefixes({ include, labels }: Pick<Criteria, 'include' | 'labels'>): string[] {
  const lines = [
    ...include.map(({ source }) => ({ source, input: 'name' })),
    ...labels.filter(({ excludes }) => !excludes).map(({ source }) => ({ source, input: 'label' })),
  ]
  return lines.flatMap(({ source, input }) => {
    const bound = "and give the number in 'pull-request', where an empty one is an error"
    const [digits] = /\d{1,12}\*/.exec(source) ?? []
    if (digits !== undefined) {
      const other = source.replace(digits, () => `${digits.slice(0, -1)}2*`)
      const better = source.replace(digits, () => '{pr}*')
      return `'${source}' in '${input}' has a digit before *, so it also matches ${other} and the like. Where that is the number of a pull request, write ${better} ${bound}`
    }
    if (!BEFORE_A_NUMBER.test(source)) return []
    const better = source.replace(BEFORE_A_NUMBER, (prefix) => `${prefix.slice(0, -1)}{pr}*`)
    return `'${source}' in '${input}' matches what belongs to any pull request, open ones included. Where an expression for the number came out empty, write ${better} ${bound}`
  })
}
