/**
 * An untrusted text as inert Markdown for a table cell or a sentence: none of its markup, HTML, links, mentions, references, or
 * line breaks has an effect. GitHub turns character references back into characters, and looks for mentions and issue numbers
 * only after that (github/cmark-gfm#181), so a zero-width space separates those.
 */
export function markdown(text: string): string {
  return separated(references(text))
}

/** What a text can look like after either: a secret has to be found in all of them. */
export function markdownForms(text: string): string[] {
  const inert = references(text)
  return [inert, separated(inert)]
}

function separated(inert: string): string {
  return inert.replace(/&#(?:35|64);|\bGH-(?=\d)/gi, '$&&#8203;')
}

/** An untrusted ID or name as code: GitHub makes no mention of it, and it can be copied unchanged. */
export function code(text: string): string {
  return `<code>${references(text)}</code>`
}

function references(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[&<>"'`*_[\]|\\#@~$]|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.codePointAt(0)};`)
}
