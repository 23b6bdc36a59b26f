import { quoted } from '../lib/format.ts'
import type { ProviderDefinition } from '../providers/definition.ts'
import type { SettingsReader } from '../providers/settings-reader.ts'
import { parseDuration } from './duration.ts'
import { createTexts, type InputSources } from './texts.ts'

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
  const mistakes: string[] = []
  const mistake = (text: string): void => {
    if (!mistakes.includes(text)) mistakes.push(text)
  }
  const { text, variable, secret, file, isGiven, defaults, secrets } = createTexts(sources, providers, mistake)

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

  return {
    text,
    variable,
    secret,
    isGiven,
    secrets,
    mistake,
    mistakes,
    oneOf,
    now: sources.now,
    file(name) {
      const content = file(name)
      if (content === undefined) mistake(`${name} names a file that cannot be read`)
      return content
    },
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
          `'${name}' begins with [ but is not a JSON array of texts, such as ["a", "b"]; without brackets, write one per line`,
        )
      } else if (ids.length === 0)
        mistake(`'${name}' is an empty list: nothing says what to delete, so nothing is deleted`)
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

function wrong(name: string, value: string, allowed: string): string {
  return `'${name}' is ${quoted(value)}; allowed: ${allowed}`
}
