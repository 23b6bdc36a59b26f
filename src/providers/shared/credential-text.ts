import { NO_VALUE } from './id-problem.ts'

/** A shorter text is not taken for a secret. UTF-16 units. */
const SHORTEST = 8

/**
 * What people store in place of a key or token, recognized by its shape; the text follows the name of the input or variable
 * and never quotes the value.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/^\*{3}$/, 'is what GitHub shows in place of a secret; pass the secret itself'],
  [NO_VALUE, 'is what an expression or a script gives where there is no value; check where it comes from'],
  [/^<.*>$|^your[-_ ]|^(?:sk-)?(?:x{3,}|\.{3,})$/is, 'is a placeholder; store the key or token itself'],
  [/^\$\{\{|^\{\{/, 'is an expression that GitHub did not evaluate'],
  [/^\$\{?\w+\}?$|^%\w+%$/, 'looks like a shell variable that was not expanded; pass the secret with an expression'],
  [/^["'`].*["'`]$/s, 'is in quotes; store it without them'],
  [/^(?:export\s+)?[A-Z][A-Z0-9_]*\s*=\s*\S/, 'has a name and = in front of it; store only what follows'],
  [/^[\w-]+:\s+\S/, 'has a name in front of it; store only what follows'],
  [/^[[{]/, 'is JSON; store only the key or token in it'],
  [/^-----BEGIN /, 'is a private key or certificate in PEM, and no key or token of the provider'],
  [/^(?:gh[pousr]_|github_pat_)/, 'is a token of GitHub, and not of the provider'],
]

/** What is wrong with a text that should be a key or token, by its shape; undefined if it may be one. */
export function credentialProblem(text: string): string | undefined {
  return SHAPES.find(([shape]) => shape.test(text))?.[1]
}

/** Words that outputs and logs use: if they were masked, `status` would read `***`. */
const OUR_WORDS: ReadonlySet<string> = new Set([
  'accepted',
  'already-gone',
  'cancelled',
  'deleted',
  'deployment',
  'development',
  'environment',
  'failed',
  'nothing-to-delete',
  'planned',
  'production',
  'refused',
  'timed-out',
])

/** Why a text cannot be a key: masking it would spoil the log and the outputs. Undefined if it can be masked. */
export function hidingProblem(text: string): string | undefined {
  if (isOurWord(text)) return 'is a word that the outputs use, so it cannot be masked, and is not a key'
  return text.length < SHORTEST
    ? `has fewer than ${SHORTEST} characters, which is too short for a key; store the whole key as a secret`
    : undefined
}

/** Such a text is never masked. */
export function isOurWord(text: string): boolean {
  return OUR_WORDS.has(text.toLowerCase())
}

/** Whether a text is a service key as SAP BTP shows it, or a variable that holds one. */
export function looksLikeServiceKey(text: string): boolean {
  return /"(?:clientid|clientsecret|serviceurls)"/.test(text)
}

/** The secrets in a text that is more than a key: in quotes, after a name, or the values of JSON. */
export function secretsWithin(text: string): string[] {
  const bare = text.replace(/^(?:export\s+)?[\w-]+\s*[=:]\s*/, '').replace(/^["'`]+|["'`]+$/g, '')
  return bare === text ? jsonTexts(text) : [bare, ...jsonTexts(bare)]
}

function jsonTexts(text: string): string[] {
  if (!/^\s*[[{]/.test(text)) return []
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].flatMap(([, found = '']) =>
    found.length >= SHORTEST && !/^https?:/.test(found) ? [found] : [],
  )
}
