import { isTooLongToShow } from '../lib/format.ts'
import { NO_VALUE } from '../providers/shared/id-problem.ts'

/** What is wrong with a line that cannot be meant as a pattern, and what to write in its place, where that can be said. */
export interface PatternProblem {
  /** Follows "'name' has 'x', which". */
  what: string
  /** Lines that mean the same as patterns; none if that is not known. */
  write: readonly string[]
}

type Rule = (line: string) => PatternProblem | undefined

/** Every quotation mark that people put around a text. */
const QUOTES = /^["'`\u2018\u2019\u201c\u201d\u00ab\u00bb]+|["'`\u2018\u2019\u201c\u201d\u00ab\u00bb]+$/g

/** Names in braces, and the like of them, by which people mean the number of the pull request. */
const PR_WORD = /^(?:pr|pull|number|num|n|id|issue|pull[-_ .]?request)(?:[-_ .]?(?:number|id|nr|no))?$/i

const RULES: readonly Rule[] = [
  comment,
  bullet,
  inQuotes,
  severalOnALine,
  foreignBraces,
  regularExpression,
  failedInterpolation,
  invisible,
]

/**
 * Why a line of `name` or `protect`, without its `!`, cannot be read as a pattern, if it cannot. Such a line would match
 * nothing, so a guard would not hold; a name with one of these characters is matched by `?`. Pure.
 */
export function patternProblem(line: string): PatternProblem | undefined {
  for (const rule of RULES) {
    const problem = rule(line)
    if (problem !== undefined && isTooLongToShow(line)) return UNREADABLE
    if (problem !== undefined) return { ...problem, write: problem.write.every(isClean) ? problem.write : [] }
  }
  return undefined
}

/** Of a line that is too long to show, nothing is repeated. */
const UNREADABLE: PatternProblem = {
  what: 'cannot be read as a pattern: * is any run of characters, ? is one, and each line has one pattern',
  write: [],
}

function isClean(line: string): boolean {
  return line !== '' && RULES.every((rule) => rule(line) === undefined)
}

function comment(line: string): PatternProblem | undefined {
  if (line.startsWith('#'))
    return { what: 'is a comment; remove it: inside a block, YAML leaves comments in', write: [] }
  const at = line.search(/\s#/)
  if (at < 0) return undefined
  return {
    what: 'has a comment in it: inside a block or quotes, YAML leaves comments in',
    write: [line.slice(0, at).trim()],
  }
}

function bullet(line: string): PatternProblem | undefined {
  const [mark] = /^(?:[-+*\u2022]|\d+[.)])\s+/.exec(line) ?? []
  return mark === undefined ? undefined : { what: 'begins with a bullet', write: [line.slice(mark.length)] }
}

function inQuotes(line: string): PatternProblem | undefined {
  const inner = line.replace(QUOTES, '')
  return inner === line ? undefined : { what: 'is in quotes', write: [inner.trim()] }
}

/** Commas never; semicolons and blanks only where each part looks like a pattern: a name may have them. */
function severalOnALine(line: string): PatternProblem | undefined {
  const what = 'has several patterns on one line; write one per line'
  if (line.includes('\\n')) {
    return {
      what: "has \\n in it, which is not a line break here; write a block that begins with '|'",
      write: partsOf(line, /\\n/),
    }
  }
  if (/^\[.*\]$/.test(line))
    return { what: 'is a list in brackets; write one pattern per line', write: partsOf(line, /[,[\]]/) }
  if (/[,\uff0c]/.test(line.replace(/\{[^{}]*\}/g, ''))) return { what, write: partsOf(line, /[,\uff0c]/) }
  if (partsOf(line, /;/).length > 1) return { what, write: partsOf(line, /;/) }
  const words = partsOf(line, /\s+/)
  if (words.filter((word) => /[*?]|\{pr\}/.test(word)).length < 2) return undefined
  return { what: `${what}. A folded block ('>') joins lines: use '|'`, write: words }
}

function partsOf(line: string, separator: RegExp): string[] {
  const parts = line.split(separator).map((part) => part.trim().replace(QUOTES, ''))
  return parts.filter((part) => part !== '')
}

function foreignBraces(line: string): PatternProblem | undefined {
  const rest = line.replaceAll('{pr}', '')
  if (/\$\{\{|\{\{|\}\}/.test(line)) {
    return { what: `has an expression that GitHub did not evaluate; an expression is \${{ … }}`, write: [] }
  }
  const [found, , word = ''] = /([$#%@]?)[{<]([^{}<>]*)[}>]/.exec(withoutPr(line)) ?? []
  if (found !== undefined) {
    const isNumber = PR_WORD.test(word.trim())
    const list = word.split(',').map((each) => each.trim())
    const write = isNumber
      ? [line.replace(found, '{pr}')]
      : list.length > 1
        ? list.map((each) => line.replace(found, each))
        : []
    const number = isNumber ? '; the number of a closed pull request is {pr}' : ''
    return { what: `has ${found}, which stands for nothing here${number}`, write }
  }
  if (/[{}]/.test(rest)) return { what: "has a brace; '?' stands for one in a name", write: [withoutBraces(line)] }
  const [variable] = /\$\w+|%\w+%|%[sd]\b/.exec(line) ?? []
  if (variable === undefined) return undefined
  return { what: `has ${variable}, which nothing replaces here: use \${{ env.NAME }}`, write: [] }
}

/** `{pr}` alone is ours; with `$` before it, it is the shell's. */
function withoutPr(line: string): string {
  return line.replace(/(?<![$#%@])\{pr\}/g, '')
}

function withoutBraces(line: string): string {
  return line.replaceAll('{pr}', '\0').replace(/[{}]/g, '?').replaceAll('\0', '{pr}')
}

const GLOBS = 'patterns are globs, not regular expressions: * is any run of characters, ? is one'

function regularExpression(line: string): PatternProblem | undefined {
  const [mark] = /\\.?|[|[\]()+^$]/.exec(line) ?? []
  if (mark === undefined) return undefined
  return { what: `looks like a regular expression ('${mark}'); ${GLOBS}`, write: globsOf(line) }
}

/**
 * Globs that match no more than a simple regular expression is meant to; none if it is not simple. Digits are the number of a
 * closed pull request.
 */
function globsOf(expression: string): string[] {
  // Of the shell's extended globs, `!(a)` most of all, none says the same.
  if (/[!?@+*]\(/.test(expression)) return []
  const body = expression
    .replace(/^\/(.*)\/[a-z]*$/, '$1')
    .replace(/^\^/, '')
    .replace(/\$$/, '')
  const choice = /\(([^()]*)\)|\[(\w+)\]/.exec(body)
  if (choice !== null) {
    const options = choice[1]?.replace(/^\?:/, '').split('|') ?? [...(choice[2] ?? '')]
    return options.length > 4 ? [] : options.flatMap((each) => globsOf(body.replace(choice[0], each)))
  }
  if (body.includes('|')) return body.split('|').flatMap(globsOf)
  return [
    body
      .replace(/(?:\\d|\[0-9\])[+*]/g, '{pr}')
      .replace(/\\[wS][+*]|\.[*]/g, '*')
      .replace(/\.\+/g, '?*')
      .replace(/\\[dw]|(?<!\\)\./g, '?')
      .replace(/\\([.\-_/])/g, '$1'),
  ]
}

function failedInterpolation(line: string): PatternProblem | undefined {
  if (!NO_VALUE.test(line)) return undefined
  return {
    what: 'is what an expression or a script gives where there is no value; check where it comes from',
    write: [],
  }
}

function invisible(line: string): PatternProblem | undefined {
  if (!/[\p{C}\u00a0\u2000-\u200f\u2028-\u202f\u3000]/u.test(line)) return undefined
  return { what: "has an invisible character; write it again, or '?' in its place", write: [] }
}
