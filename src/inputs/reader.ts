import { proxySecrets } from '../http/proxies.ts'
import type { Environment } from '../lib/environment.ts'
import { quoted } from '../lib/format.ts'
import type { ProviderDefinition } from '../providers/definition.ts'
import { type FindSecrets, type SettingsReader, wholeText } from '../providers/settings-reader.ts'
import { inputDefaults } from './defaults.ts'
import { parseDuration } from './duration.ts'

/** What inputs are read from. */
export interface InputSources {
  env: Environment
  /** Unix ms, UTC. */
  now: number
  /** The text of a file. Throws where it cannot be read. */
  readFile: (path: string) => string
}

/** Reads single inputs and collects every mistake. A wrong value reads as its default, so that reading can go on. */
export interface InputReader extends SettingsReader {
  /** Whether the input differs from its default. */
  isGiven(name: string): boolean
  flag(name: string): boolean
  wholeNumber(name: string, least: number): number
  /** Milliseconds. */
  duration(name: string): number
  /** Entries, one per line or separated by commas, without empty ones and repetitions. */
  list(name: string): readonly string[]
  /** Entries, one per line. */
  lines(name: string): readonly string[]
  /** IDs, one per line, separated by commas, or a JSON array of texts. */
  ids(name: string): readonly string[]
  readonly mistakes: readonly string[]
  /** Every secret of all providers, whichever is meant, usable or not. */
  readonly secrets: readonly string[]
}

const LARGEST_NUMBER = 1_000_000

export function createReader(sources: InputSources, providers: readonly ProviderDefinition[]): InputReader {
  const { env } = sources
  const defaults = inputDefaults(providers)
  const declared = secretSources(providers)
  const mistakes: string[] = []
  const texts = new Map<string, string>()

  const mistake = (text: string): void => {
    if (!mistakes.includes(text)) mistakes.push(text)
  }

  const input = (name: string): string => {
    const known = texts.get(name)
    if (known !== undefined) return known
    const fallback = defaults[name]
    if (fallback === undefined) throw new Error(`'${name}' is no input`)
    // The runner upper-cases the name and keeps its dashes. An empty expression arrives as '' and not as the default.
    const given = env[`INPUT_${name.toUpperCase()}`]?.trim()
    if (given === '' && fallback !== '') mistake(`'${name}' is empty; remove it to use the default ${fallback}`)
    const value = given || fallback
    texts.set(name, value)
    return value
  }

  const variable = (name: string): string => env[name]?.trim() ?? ''

  const fileOf = (name: string): string | undefined => {
    try {
      return sources.readFile(variable(name))
    } catch {
      return undefined
    }
  }

  const notSecret = (name: string): string => {
    if (declared.inputs.has(name) || declared.variables.has(name)) throw new Error(`${name} is a secret`)
    return name
  }

  const text = (name: string): string => input(notSecret(name))

  const entries = (name: string, separator: RegExp): string[] => {
    const value = text(name)
    const list = distinct(value.split(separator))
    if (value !== '' && list.length === 0) mistake(`'${name}' has no entry, only separators`)
    return list
  }

  const oneOf = <const T extends string>(name: string, allowed: readonly T[]): T | undefined => {
    const value = text(name)
    const found = allowed.find((candidate) => candidate === value)
    if (found !== undefined) return found
    mistake(value === '' ? `'${name}' is required: ${allowed.join(', ')}` : wrong(name, value, allowed.join(', ')))
    return undefined
  }

  const found = [
    ...[...declared.inputs].flatMap(([name, find]) => find(input(name))),
    ...[...declared.variables].flatMap(([name, find]) => find(variable(name))),
    ...[...declared.files].flatMap(([name, find]) => (variable(name) === '' ? [] : find(fileOf(name) ?? ''))),
    ...proxySecrets(env),
  ]

  return {
    text,
    mistake,
    mistakes,
    oneOf,
    now: sources.now,
    secrets: [...new Set(found.map((secret) => secret.trim()))].filter((secret) => secret !== ''),
    secret(name) {
      if (declared.inputs.has(name)) return input(name)
      if (declared.variables.has(name)) return variable(name)
      throw new Error(`${name} is not declared as a secret`)
    },
    variable: (name) => variable(notSecret(name)),
    file(name) {
      const content = fileOf(name)
      if (content === undefined) mistake(`${name} names a file that cannot be read`)
      return content
    },
    isGiven: (name) => input(name) !== defaults[name],
    flag: (name) => oneOf(name, ['true', 'false']) === 'true',
    wholeNumber(name, least) {
      const value = text(name)
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
      if (number >= least && number <= LARGEST_NUMBER) return number
      mistake(wrong(name, value, `whole numbers from ${least} to ${LARGEST_NUMBER}`))
      return Number(defaults[name])
    },
    duration(name) {
      const value = text(name)
      const ms = parseDuration(value)
      if (ms !== undefined) return ms
      mistake(wrong(name, value, 'durations such as 90s, 30m, 72h, 14d, 2w or 1d12h'))
      return parseDuration(defaults[name] ?? '') ?? 0
    },
    list: (name) => entries(name, /[\r\n,]/),
    lines: (name) => entries(name, /[\r\n]/),
    ids(name) {
      if (!text(name).startsWith('[')) return entries(name, /[\r\n,]/)
      const ids = parseTexts(text(name))
      if (ids === undefined) {
        mistake(
          `'${name}' begins with [ but is no JSON array of texts, such as ["a", "b"]; without brackets, write one per line`,
        )
      } else if (ids.length === 0) mistake(`'${name}' is an empty list: nothing says what to delete, so nothing is`)
      return ids ?? []
    },
  }
}

/** A JSON array of texts; undefined for anything else. */
function parseTexts(json: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(json)
    if (!Array.isArray(parsed) || !parsed.every((each): each is string => typeof each === 'string')) return undefined
    return distinct(parsed)
  } catch {
    return undefined
  }
}

/** Trimmed, without empty ones and repetitions. */
function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.map((each) => each.trim()).filter((each) => each !== ''))]
}

/** Where credentials may stand, whichever provider is meant, and what of them must be masked. */
function secretSources(providers: readonly ProviderDefinition[]) {
  const inputs = new Map<string, FindSecrets>([['github-token', wholeText]])
  const variables = new Map<string, FindSecrets>()
  const files = new Map<string, FindSecrets>()
  for (const { ownInputs, secretVariables, secretFiles = {} } of providers) {
    for (const [name, { secrets }] of Object.entries(ownInputs)) if (secrets !== undefined) inputs.set(name, secrets)
    for (const [name, find] of Object.entries(secretVariables)) variables.set(name, find)
    for (const [name, find] of Object.entries(secretFiles)) files.set(name, find)
  }
  return { inputs, variables, files }
}

function wrong(name: string, value: string, allowed: string): string {
  return `'${name}' is ${quoted(value)}; allowed: ${allowed}`
}
