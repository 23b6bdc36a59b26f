/** Strict checks of what people are shown: nothing in it may do more than be read. Each gives what is wrong. */

/** Lines as the runner gets them: one line each, no workflow command, nothing invisible. */
export function logProblems(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const isCommand = line.trimStart().startsWith('::') || line.includes('##[')
    const isOdd = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line)
    return isCommand || isOdd ? [`log line ${JSON.stringify(line.slice(0, 200))}`] : []
  })
}

/** Words that a stack trace has, and an error message for people has not. */
export function traceProblems(lines: readonly string[]): string[] {
  const trace = /\n\s+at |\bat \S+ \(?(?:file|node):|\b(?:TypeError|RangeError|ReferenceError|URIError|SyntaxError)\b/
  return lines.filter((line) => trace.test(line)).map((line) => `stack trace in ${JSON.stringify(line.slice(0, 300))}`)
}

const TAG = /^<\/?(?:b|code|summary|details)>|^<br>/
const REFERENCE = /^&(?:#\d{1,7}|nbsp);/
/** Everything else that would be markup stands as a character reference; only what stands for a secret is as it is. */
const PLAIN = /^(?:\*\*\*|[^<>&|`*_[\]\\@~$#\p{Cc}\p{Cf}\p{Zl}\p{Zp}])/u
const ALERT = /^> \[!(?:CAUTION|WARNING|NOTE)\]$/
const SEPARATOR = /^\|(?: -{3}:? \|)+$/
const BEGINNINGS = [/^#{2,4} /, /^> - /, /^> /, /^- /, /^/]
/** What the action itself links to. */
const OWN_LINK = /^\[The run\]\(https:\/\/github\.com\/[^()\s]*\)(?= shows all|$)/

/** A summary or a comment: known blocks only, whole tables, known tags in pairs, no link, mention or reference of its own. */
export function markdownProblems(markdown: string): string[] {
  const wrong: string[] = []
  const open: string[] = []
  let columns = 0
  let isChart = false
  for (const line of markdown.split('\n')) {
    const tell = (what: string) => wrong.push(`${what}: ${JSON.stringify(line.slice(0, 300))}`)
    if (isChart || line === '```mermaid') {
      isChart = line !== '```'
      if (line !== '```mermaid' && line !== '```' && !isChartLine(line)) tell('chart')
      continue
    }
    const isRow = line.startsWith('|')
    const cells = line.split('|').length - 2
    if (isRow && columns === 0) columns = cells
    if (!isRow) columns = 0
    if (isRow && (cells !== columns || !line.endsWith(' |'))) tell(`${cells} cells of ${columns}`)
    if (ALERT.test(line) || SEPARATOR.test(line)) continue
    const problem = isRow
      ? line
          .slice(1, -1)
          .split('|')
          .map((cell) => textProblem(cell, open))
          .find((text) => text !== undefined)
      : textProblem(body(line), open)
    if (problem !== undefined) tell(problem)
  }
  if (open.length > 0) wrong.push(`not closed: ${open}`)
  return isChart ? [...wrong, 'a chart that does not end'] : wrong
}

function body(line: string): string {
  const beginning = BEGINNINGS.find((each) => each.test(line)) ?? /^/
  const rest = line.replace(beginning, '')
  // A comment begins with its verdict in bold.
  const verdict = /^\*\*([^*]*)\*\* \(([^*]*)\)$/.exec(rest)
  return (verdict === null ? rest : `${verdict[1]} ${verdict[2]}`).replace(OWN_LINK, '')
}

function textProblem(text: string, open: string[]): string | undefined {
  if (/:\/\/|www\./i.test(text)) return 'a link'
  if (/\bGH-\d/i.test(text.replace(/<code>.*?<\/code>/g, ''))) return 'a reference to an issue'
  const isCode = () => open.includes('code')
  for (let rest = text; rest !== ''; ) {
    const tag = TAG.exec(rest)?.[0]
    const reference = REFERENCE.exec(rest)?.[0]
    const token = tag ?? reference ?? PLAIN.exec(rest)?.[0]
    if (token === undefined) return `${JSON.stringify(rest.slice(0, 20))} at ${text.length - rest.length}`
    rest = rest.slice(token.length)
    if (tag !== undefined && !nests(tag, open)) return `${tag} out of place`
    // A mention or a number is looked for after references are turned back: something must part it.
    const parts = reference === '&#64;' || reference === '&#35;'
    if (parts && !isCode() && !rest.startsWith('&#8203;')) return `${reference} that is not parted`
  }
  return undefined
}

function nests(tag: string, open: string[]): boolean {
  if (tag === '<br>') return !open.includes('code')
  if (!tag.startsWith('</')) return open.push(tag.slice(1, -1)) > 0
  return open.pop() === tag.slice(2, -1)
}

const CHART_LINES = [
  /^%%\{init: \{"gantt":\{"displayMode":"compact","leftPadding":\d+,"numberSectionStyles":2\}\}\}%%$/,
  /^gantt$/,
  /^ {2}title What was done when(?: \(\d+ of \d+ targets\))?$/,
  /^ {2}dateFormat YYYY-MM-DD HH:mm:ss\.SSS$/,
  /^ {2}axisFormat [%HMSL:.]+$/,
  /^ {2}section (?:[❌⛔⏱🚫📝☑✅⚪🔒]\ufe0f? )?[\p{L}\p{N} _.…-]*(?: \(\d+\))?$/u,
  /^ {2}(?:·|[a-z-]+)(?: \((?:not-found|refused|unknown|failed)\))? :(?:crit, |active, )?\d{4}-\d\d-\d\d [\d:.]+, \d+ms$/,
]

function isChartLine(line: string): boolean {
  return CHART_LINES.some((known) => known.test(line))
}
