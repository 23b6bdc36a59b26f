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
