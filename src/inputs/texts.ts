import { proxySecrets } from '../http/proxies.ts'
import type { Environment } from '../lib/environment.ts'
import type { ProviderDefinition } from '../providers/definition.ts'
import { type FindSecrets, wholeText } from '../providers/settings-reader.ts'
import { inputDefaults } from './defaults.ts'

/** What inputs are read from. */
export interface InputSources {
  env: Environment
  /** Unix ms, UTC. */
  now: number
  /** The text of a file. Throws if it cannot be read. */
  readFile: (path: string) => string
}

/** The texts of inputs, variables and files as they were given, credentials apart from all others. */
export interface InputTexts {
  /** The trimmed text of an input that holds no credential; its default if it is not given or empty. */
  text(name: string): string
  /** The same of a variable; `''` where it is not set. */
  variable(name: string): string
  /** An input or variable that holds a credential. */
  secret(name: string): string
  /** The text of the file that a variable names; undefined if it cannot be read. */
  file(variable: string): string | undefined
  /** Whether an input, of any kind, differs from its default. */
  isGiven(name: string): boolean
  readonly defaults: Readonly<Record<string, string>>
  /** Every secret of all providers, whichever is meant, usable or not. */
  readonly secrets: readonly string[]
}

/** `mistake` receives a message for each input that is empty although its default is not. */
export function createTexts(
  { env, readFile }: InputSources,
  providers: readonly ProviderDefinition[],
  mistake: (text: string) => void,
): InputTexts {
  const defaults = inputDefaults(providers)
  const declared = secretSources(providers)

  const input = (name: string): string => {
    const fallback = defaults[name]
    if (fallback === undefined) throw new Error(`'${name}' is no input`)
    // The runner upper-cases the name and keeps its dashes. An empty expression arrives as '' and not as the default.
    const given = env[`INPUT_${name.toUpperCase()}`]?.trim()
    if (given === '' && fallback !== '') mistake(`'${name}' is empty; remove it to use the default ${fallback}`)
    return given || fallback
  }

  const variable = (name: string): string => env[name]?.trim() ?? ''

  const file = (name: string): string | undefined => {
    try {
      return readFile(variable(name))
    } catch {
      return undefined
    }
  }

  const notSecret = (name: string): string => {
    if (declared.inputs.has(name) || declared.variables.has(name)) throw new Error(`${name} is a secret`)
    return name
  }

  const secrets = [
    ...[...declared.inputs].flatMap(([name, find]) => find(input(name))),
    ...[...declared.variables].flatMap(([name, find]) => find(variable(name))),
    ...[...declared.files].flatMap(([name, find]) => (variable(name) === '' ? [] : find(file(name) ?? ''))),
    ...misplacedSecrets(env, providers),
    ...proxySecrets(env),
  ]

  return {
    defaults,
    file,
    text: (name) => input(notSecret(name)),
    variable: (name) => variable(notSecret(name)),
    secret(name) {
      if (declared.inputs.has(name)) return input(name)
      if (declared.variables.has(name)) return variable(name)
      throw new Error(`${name} is not declared as a secret`)
    },
    isGiven: (name) => input(name) !== defaults[name],
    secrets: [...new Set(secrets.map((secret) => secret.trim()))].filter((secret) => secret !== ''),
  }
}

/** Credentials in an input that takes none. */
function misplacedSecrets(env: Environment, providers: readonly ProviderDefinition[]): readonly string[] {
  const given = Object.entries(env).flatMap(([name, text]) => (name.startsWith('INPUT_') ? (text ?? []) : []))
  return providers.flatMap(({ misplacedSecrets: find = () => [] }) => given.flatMap(find))
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
