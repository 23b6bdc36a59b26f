import { canBeSegment } from './paths.ts'

/** What programs print for a missing value, and what GitHub shows in place of a secret. */
export const NO_VALUE = /^(?:null|undefined|nan|nil|none|\(null\)|<nil>|\[?object(?: \w+)?\]?|true|false|\*{3})$/i

/** A value that is missing in the middle of an ID: `pr-undefined`. */
const NO_VALUE_INSIDE = /(?:^|[-_.])(?:undefined|null|NaN|\[object \w+\])(?:$|[-_.])/i

/** What YAML makes of `12e4567` and of long numbers. */
const YAML_NUMBER = /^[-+]?(?:infinity|\.?inf|\d+(?:\.\d+)?e\+\d+)$/i

const QUOTE = /["'`\u2018\u2019\u201c\u201d\u00ab\u00bb]/

/** Texts that people write in place of an ID of any provider, with the problem in words that follow "which". */
const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [YAML_NUMBER, 'is what YAML makes of an unquoted number: put the ID in quotes'],
  [/^\*{3}$/, 'is what GitHub shows in place of a secret: an ID that holds one cannot be handed on'],
  [NO_VALUE, 'is what an expression or a script gives where there is no value; check where it comes from'],
  [
    NO_VALUE_INSIDE,
    'has a part that an expression or a script gives where there is no value; check where it comes from',
  ],
  [/\$\{\{|\{\{|\}\}/, `has an expression that GitHub did not evaluate; an expression is \${{ … }}`],
  [
    /\$\(|^\$\{?[\w:]+\}?$|\$[A-Za-z_{]|^%\w+%$/,
    `looks like a shell variable that was not expanded: use \${{ env.NAME }} or \${{ steps.ID.outputs.NAME }}`,
  ],
  [
    /^(?:env|github|inputs|job|jobs|matrix|needs|runner|secrets|steps|strategy|vars)\.[\w.-]+$/,
    `is an expression without its marks: write \${{ … }} around it`,
  ],
  [/^(?:n\/a|tbd|todo|your[-_].*)$/i, 'is a placeholder; write the ID in its place'],
  [/^[-_]+$/, 'has no letter and no digit'],
  [/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, 'has an invisible character in it; type the ID anew'],
  [/^\{\s*"/, 'is a JSON object; write the ID alone'],
  [/^<[^>]*>$|^\{[^}]*\}$/, 'is a placeholder; write the ID in its place'],
  [/:\/\//, 'is a URL; the ID is its last part'],
  [/[/\\]/, 'is a path; the ID is its last part'],
  [new RegExp(`^${QUOTE.source}|${QUOTE.source}$`), 'is in quotes; write the ID without them'],
  [QUOTE, 'has a quotation mark in it'],
  [/^[[{].*[\]}]$|^[[{]|[\]}]$/, 'has brackets; several IDs are written one per line, or as a JSON array of texts'],
  [/^[-+*\u2022]\s/, 'begins with a bullet; write the ID alone'],
  [/^#|\s#/, 'has a comment in it: inside a block or quotes, YAML leaves comments in'],
  [/^!/, "begins with '!': exclusions belong to 'name'; leave the ID out"],
  [/[*?]/, "is a pattern: patterns belong in 'name', and IDs are whole"],
  [/=|:\s/, 'has something in front of it; write the ID alone'],
  [/[;|]/, 'has several IDs in it; write one per line or separate them with commas'],
  [/,/, 'has a comma in it, which no ID has'],
  [/\w[.:]$/, 'ends with a punctuation mark; write the ID alone'],
  [/[\s\u00a0]/, 'has a blank in it; write one ID per line or separate them with commas'],
]

/** Words that mean some or all in other tools. An environment may have such a name. */
const WORDS = /^(?:all|any|latest|everything)$/i

/**
 * Why a text cannot be the ID (or, as `what`, the name) of anything on any provider, in words that follow "'deployment-id' has
 * 'x', which"; undefined if it may be one. IDs end up in paths.
 */
export function idTextProblem(text: string, what = 'an ID'): string | undefined {
  if (what === 'an ID' && WORDS.test(text)) return 'is not an ID: no word stands for a deployment here'
  const [, why] = PROBLEMS.find(([pattern]) => pattern.test(text)) ?? []
  if (why !== undefined) return `cannot be ${what}: it ${why}`
  return canBeSegment(text) ? undefined : `cannot be ${what}`
}
