import { code, markdown } from './text.ts'

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
  return {
    add(secret) {
      if (secret === '') return
      for (const line of secret.split(/\r?\n/).map((line) => line.trim())) if (line.length >= SHORTEST) mask(line)
      if (secret.length < SHORTEST) mask(secret)
      else for (const form of formsOf(secret)) forms.add(form)
      longestFirst = [...forms].sort((a, b) => b.length - a.length)
    },
    redact: (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, '***'), text),
  }
}

/** How a secret may come back in an answer or an error: as it is, escaped for JSON, for a URL, in base64; or in our summary. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const encoded = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
  const anyCase = encoded.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (percent) => percent.toLowerCase())])
  const shown = anyCase.flatMap((form) => [form, markdown(form), code(form).slice('<code>'.length, -'</code>'.length)])
  return shown.filter((form) => form.length >= SHORTEST)
}
