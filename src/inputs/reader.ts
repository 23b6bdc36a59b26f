import { INPUT_DEFAULTS, type InputName } from './defaults.ts'
import { parseDuration } from './duration.ts'

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the inputs are read from, besides themselves. */
export interface Surroundings {
  env: Environment
  /** Unix ms, UTC. */
  now: number
  /** The text of a file. Throws where it cannot be read. */
  readFile: (path: string) => string
}

/** Reads single inputs and collects what is wrong with them. A value that is wrong reads as its default meanwhile. */
export interface Reader {
  /** The trimmed text; `''` where nothing was given and the default is empty. */
  text(name: InputName): string
  /** Whether the input differs from its default. */
  isGiven(name: InputName): boolean
  oneOf<const T extends string>(name: InputName, allowed: readonly T[]): T | undefined
  flag(name: InputName): boolean
  wholeNumber(name: InputName, least: number): number
  /** Milliseconds. */
  duration(name: InputName): number
  /** Entries, one a line or separated by commas; `byLine` splits at lines only. Without empty ones and repetitions. */
  list(name: InputName, byLine?: 'by-line'): readonly string[]
  mistake(text: string): void
  readonly mistakes: readonly string[]
}

const LARGEST_NUMBER = 1_000_000

export function createReader(env: Environment): Reader {
  const mistakes: string[] = []
  const texts = new Map<InputName, string>()

  const mistake = (text: string): void => {
    if (!mistakes.includes(text)) mistakes.push(text)
  }

  const text = (name: InputName): string => {
    const known = texts.get(name)
    if (known !== undefined) return known
    const fallback = INPUT_DEFAULTS[name]
    // The runner upper-cases the name and keeps its dashes. An empty expression arrives as '' and not as the default.
    const given = env[`INPUT_${name.toUpperCase()}`]?.trim()
    if (given === '' && fallback !== '') mistake(`'${name}' is empty; remove it to use the default ${fallback}`)
    const value = given || fallback
    texts.set(name, value)
    return value
  }

  const oneOf = <const T extends string>(name: InputName, allowed: readonly T[]): T | undefined => {
    const value = text(name)
    const found = allowed.find((candidate) => candidate === value)
    if (found !== undefined) return found
    mistake(value === '' ? `'${name}' is required: ${allowed.join(', ')}` : wrong(name, value, allowed.join(', ')))
    return undefined
  }

  return {
    text,
    mistake,
    mistakes,
    oneOf,
    isGiven: (name) => text(name) !== INPUT_DEFAULTS[name],
    flag: (name) => oneOf(name, ['true', 'false']) === 'true',
    wholeNumber(name, least) {
      const value = text(name)
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
      if (number >= least && number <= LARGEST_NUMBER) return number
      mistake(wrong(name, value, `whole numbers from ${least} to ${LARGEST_NUMBER}`))
      return Number(INPUT_DEFAULTS[name])
    },
    duration(name) {
      const value = text(name)
      const ms = parseDuration(value)
      if (ms !== undefined) return ms
      mistake(wrong(name, value, 'durations such as 90s, 30m, 72h, 14d, 2w or 1d12h'))
      return parseDuration(INPUT_DEFAULTS[name]) ?? 0
    },
    list(name, byLine) {
      const value = text(name)
      const entries = value.split(byLine === undefined ? /[\r\n,]/ : /[\r\n]/).map((entry) => entry.trim())
      const found = [...new Set(entries.filter((entry) => entry !== ''))]
      if (value !== '' && found.length === 0) mistake(`'${name}' has no entry, only separators`)
      return found
    },
  }
}

/** The longest wrong value that is shown. UTF-16 units. */
const LONGEST_SHOWN = 60

/**
 * A wrong value for a message. What is longer than anything that could stand here may be a secret in the wrong place, and
 * nothing of it is shown: a part of it would not be known for one any more, and so not be redacted.
 */
export function quoted(value: string): string {
  return value.length > LONGEST_SHOWN ? `a value of ${value.length} characters` : `'${value}'`
}

function wrong(name: InputName, value: string, allowed: string): string {
  return `'${name}' is ${quoted(value)}; allowed: ${allowed}`
}
