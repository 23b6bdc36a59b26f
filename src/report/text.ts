/** The longest line printed; an answer can quote megabytes. */
const LONGEST_LINE = 4000

/**
 * A text from anywhere as one harmless log line: control characters and line breaks become blanks, and what would start a
 * workflow command (`::` at the beginning, `##[` anywhere) is broken.
 */
export function logLine(text: string): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
  const tame = flat.replaceAll('##[', '# #[').replace(/^(\s*):(?=:)/, '$1: ')
  return tame.length > LONGEST_LINE ? `${tame.slice(0, LONGEST_LINE)}…` : tame
}

/**
 * A text from anywhere as inert Markdown for a table cell or a sentence: no markup, HTML, link, mention, reference or line
 * break of its own survives. GitHub turns character references back into the characters, and looks for mentions and issue
 * numbers only then (github/cmark-gfm#181), so a zero-width space parts those.
 */
export function markdown(text: string): string {
  return references(text).replace(/&#(?:35|64);|\bGH-(?=\d)/gi, '$&&#8203;')
}

/** An ID or a name from anywhere, set as code, where GitHub looks for no mentions: it can be copied as it is. */
export function code(text: string): string {
  return `<code>${references(text)}</code>`
}

function references(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[&<>"'`*_[\]|\\#@~$]|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.codePointAt(0)};`)
}

/** A duration in ms for people: `840 ms`, `12.3 s`, `4m 05s`, `2h 03m`. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return hours > 0 ? `${hours}h ${two(minutes)}m` : `${minutes}m ${two(seconds % 60)}s`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** `1 deployment`, `2 deployments`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
