/**
 * A text from anywhere as inert Markdown for a table cell or a sentence: no markup, HTML, link, mention, reference or line
 * break of its own survives. GitHub turns character references back into the characters, and looks for mentions and issue
 * numbers only then (github/cmark-gfm#181), so a zero-width space parts those.
 */
export function markdown(text: string): string {
  return references(text).replace(/&#(?:35|64);|\bGH-(?=\d)/gi, '$&&#8203;')
}

/** An ID or a name from anywhere, set as code: GitHub makes no mention of it, and it can be copied as it is. */
export function code(text: string): string {
  return `<code>${references(text)}</code>`
}

function references(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[&<>"'`*_[\]|\\#@~$]|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.codePointAt(0)};`)
}
