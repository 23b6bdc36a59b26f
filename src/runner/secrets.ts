import { markdownForms } from '../lib/markdown.ts'
import { MASK } from '../lib/redaction.ts'

/** The secrets of this run. What is known here is masked in the log and never leaves in any other way. */
export interface Secrets {
  /** Masks the secret in the log from now on. Call it before anything that could hold the secret is printed. */
  add(secret: string): void
  /** The text with every known secret, plain or encoded, replaced by `***`. */
  redact(text: string): string
}

/** A shorter "secret" occurs in harmless text by chance; the runner's own mask still covers it in the log. */
const SHORTEST = 6

/** `mask` tells the runner. Multi-line secrets are masked line by line there, so they are given line by line. */
export function createSecrets(mask: (secret: string) => void): Secrets {
  const forms = new Set<string>()
  let longestFirst: string[] = []
  /** Finds out in one pass whether a text may hold any form: hardly any does. */
  let beginnings: RegExp | undefined
  return {
    add(secret) {
      if (secret === '') return
      for (const line of secret.split(/\r?\n/).map((line) => line.trim())) if (line.length >= SHORTEST) mask(line)
      if (secret.length < SHORTEST) mask(secret)
      else for (const form of formsOf(secret)) forms.add(form)
      longestFirst = [...forms].sort((a, b) => b.length - a.length)
      beginnings = beginningsOf(longestFirst)
    },
    redact: (text) =>
      beginnings?.test(text) === true ? longestFirst.reduce((rest, form) => rest.replaceAll(form, MASK), text) : text,
  }
}

/** What any of these forms begins with; undefined if there are none. */
function beginningsOf(forms: readonly string[]): RegExp | undefined {
  const beginnings = new Set(forms.map((form) => form.slice(0, SHORTEST)))
  return beginnings.size === 0 ? undefined : new RegExp([...beginnings].map((text) => RegExp.escape(text)).join('|'))
}

/** How a secret may come back in an answer or an error: as it is, escaped or encoded in any usual way; or in our summary. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  // Half a character cannot be encoded. Such a secret is refused, but only after it is masked with all others.
  const whole = secret.toWellFormed()
  const quoted = JSON.stringify(secret).slice(1, -1)
  const encoded = [
    secret,
    quoted,
    quoted.replaceAll('/', '\\/'),
    JSON.stringify(quoted).slice(1, -1),
    quoted.replace(/[<>&\u007f-\uffff]/g, unicodeEscape),
    // Every character escaped, and every one but letters and digits, as some libraries do.
    ...[/./gs, /[^\w]/g].flatMap((which) => escapings(secret, which)),
    encodeURIComponent(whole),
    encodeURIComponent(encodeURIComponent(whole)),
    new URLSearchParams({ s: secret }).toString().slice(2),
    ...['&#x27;', '&#39;', '&apos;'].map((quote) =>
      secret.replace(/[&<>"']/g, (character) => (character === "'" ? quote : (HTML[character] ?? character))),
    ),
    secret.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64Forms(bytes),
  ]
  const anyCase = encoded.flatMap((form) => [form, form.replace(/%(25)?[0-9A-F]{2}/g, (it) => it.toLowerCase())])
  // An answer is JSON, so any of them can appear in one.
  const anyDepth = new Set(anyCase.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]))
  const shown = [...anyDepth].flatMap((form) => [form, ...markdownForms(form)])
  return shown.filter((form) => form.length >= SHORTEST)
}

/**
 * The secret in base64, alone or in the middle of something longer, such as `user:password`: then what it looks like depends on
 * how many bytes stand before it, and its last character on what follows.
 */
function base64Forms(bytes: Buffer): string[] {
  const alone = bytes.toString('base64').replace(/=+$/, '')
  const within = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // Characters that hold bits of a neighbour are left out.
    return text.replace(/.?=+$/, '').slice(before === 0 ? 0 : before + 1)
  })
  return [alone, ...within].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** The secret with the characters of `which` as \\uXXXX, and as HTML entities by decimal and hexadecimal number. */
function escapings(secret: string, which: RegExp): string[] {
  const hex = (character: string) => character.charCodeAt(0).toString(16)
  return [
    secret.replace(which, unicodeEscape),
    secret.replace(which, (character) => unicodeEscape(character).toUpperCase().replace('\\U', '\\u')),
    secret.replace(which, (character) => `&#${character.charCodeAt(0)};`),
    secret.replace(which, (character) => `&#x${hex(character)};`),
    secret.replace(which, (character) => `&#x${hex(character).toUpperCase()};`),
    secret.replace(which, (character) => `&#x${hex(character).padStart(4, '0')};`),
  ]
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
