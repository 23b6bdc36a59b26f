import type { FindSecrets, SettingsReader } from '../settings-reader.ts'
import { credentialProblem, hidingProblem, isOurWord, looksLikeServiceKey, secretsWithin } from './credential-text.ts'
import { NO_VALUE } from './id-problem.ts'

/** Why a secret that is defined may still be empty. */
export const WHY_EMPTY =
  'secrets are empty in runs for pull requests from forks and from Dependabot, and where the secret is not defined for this repository or environment'

/** A key as it is sent, and the scheme that was pasted with it, if any. */
export interface ApiKey {
  key: string
  scheme?: 'Api-Key' | 'Bearer'
}

/** The key of `api-key` or else of `variable`. One that is missing or cannot be sent is an error. */
export function readApiKey(reader: SettingsReader<'api-key'>, variable: string): ApiKey {
  const source = reader.secret('api-key') === '' ? variable : "'api-key'"
  const read = splitScheme(reader.secret('api-key') || reader.secret(variable))
  const problem = credentialProblem(read.key)
  if (problem !== undefined) {
    const hint = looksLikeServiceKey(read.key)
      ? ". It looks like a service key of SAP AI Core, which 'service-key' takes"
      : ''
    reader.mistake(`${source} ${problem}${hint}`)
  } else if (read.key === '') {
    reader.mistake(`'api-key' is empty and ${variable} is not set. Give one of them; ${WHY_EMPTY}`)
  } else if (!isHeaderSafe(read.key)) {
    reader.mistake(`${source} has characters that no key has, such as a blank or a line break; paste the key alone`)
  } else if (hidingProblem(read.key) !== undefined) {
    reader.mistake(`${source} ${hidingProblem(read.key)}`)
  }
  return read
}

/** People paste the key with its scheme in front; if the secret is empty, only the scheme is left. */
export function splitScheme(text: string): ApiKey {
  const [, scheme, key = ''] = /^(api-key|bearer)(?:\s+(\S.*))?$/i.exec(text.trim()) ?? []
  if (scheme === undefined) return { key: text.trim() }
  return { key: key.trim(), scheme: scheme.toLowerCase() === 'bearer' ? 'Bearer' : 'Api-Key' }
}

/** A key or token is masked with and without its scheme, and without anything else that was stored with it. */
export const keySecrets: FindSecrets = (text) => {
  const { key } = splitScheme(text)
  return NO_VALUE.test(key) || isOurWord(key) ? [] : [text, key, ...secretsWithin(key)]
}

/** Printable ASCII without blanks, as in a header. */
export function isHeaderSafe(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

/** The text of an input that is sent in a header. */
export function headerSafe<I extends string>(reader: SettingsReader<I>, name: NoInfer<I>): string {
  const value = reader.text(name)
  const problem = NO_VALUE.test(value) || /^["'`$]/.test(value) ? credentialProblem(value) : undefined
  if (problem !== undefined) reader.mistake(`'${name}' ${problem}`)
  else if (value !== '' && !isHeaderSafe(value)) reader.mistake(`'${name}' has characters that no such name has`)
  return value
}
