/** Every secret in a text that is or holds a credential, readable or not. */
export type FindSecrets = (text: string) => readonly string[]

/** The text as a whole is the secret. */
export const wholeText: FindSecrets = (text) => [text]

/**
 * Reads a provider's settings. `I`: the names of its own inputs. Credentials can only be read by `secret` and `file`, which
 * return only what a definition declares: all of that is masked before anything is printed.
 */
export interface SettingsReader<I extends string = string> {
  /** The trimmed text of an input; `''` if nothing was given and the default is empty. */
  text(name: I | 'api-url'): string
  /** The text of an input; an error if it is not one of `allowed`. */
  oneOf<const T extends string>(name: I, allowed: readonly T[]): T | undefined
  /** The trimmed text of an input or variable that holds a credential; `''` if it is not given. */
  secret(name: string): string
  /** The trimmed text of an environment variable without a credential; `''` if it is not set. */
  variable(name: string): string
  /** The text of the file that a variable names; undefined if it cannot be read, which is an error. */
  file(variable: string): string | undefined
  /** Reports something that the user has to correct. Must not contain a secret. */
  mistake(text: string): void
  /** Unix ms, UTC. */
  readonly now: number
}
