import type { Environment } from '../lib/environment.ts'
import { quoted } from '../lib/format.ts'
import { distance } from '../lib/near.ts'

/** Words that other actions have for the same thing. A guard that is written in another's words must not be lost. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  'dry-run': ['dry', 'simulate', 'simulation', 'what-if', 'no-op', 'preview', 'test', 'test-mode', 'check', 'plan'],
  'older-than': ['age', 'min-age', 'max-age', 'days', 'before', 'cut-off', 'retention', 'retention-days', 'ttl'],
  'keep-latest': ['keep', 'keep-last', 'keep-newest', 'keep-n', 'keep-recent', 'retain', 'min-versions-to-keep'],
  protect: ['exclude', 'except', 'ignore', 'skip', 'preserve', 'whitelist', 'allow-list', 'safe', 'keep-names'],
  'max-deletions': ['max', 'limit', 'cap', 'max-count', 'threshold'],
  name: [
    'pattern',
    'filter',
    'match',
    'include',
    'prefix',
    'regex',
    'glob',
    'selector',
    'deployment-name',
    'model-name',
  ],
  'deployment-id': ['id', 'deployment', 'deployed-model', 'target'],
  'model-id': ['model'],
  'chain-id': ['chain'],
  'pull-request': ['pr', 'pr-number', 'number', 'pull'],
  status: ['state'],
  'if-not-found': ['missing', 'ignore-missing', 'fail-if-missing', 'on-missing'],
  wait: ['sync', 'async', 'wait-for-completion'],
  allow: ['force', 'override', 'unprotect'],
  'api-key': ['key', 'secret', 'credentials', 'auth'],
  'api-url': ['url', 'base-url', 'endpoint', 'host'],
  'github-token': ['gh-token', 'repo-token'],
  'resource-group': ['group', 'ai-resource-group'],
  'workspace-id': ['workspace'],
  'github-environment': ['env', 'environment-name'],
}

/** Inputs in the environment that this action does not have. The runner hands them over like all others and only warns. */
export interface UnknownInputs {
  /** Those that must have been meant for one of ours, in sentences. */
  mistakes: readonly string[]
  warnings: readonly string[]
}

/** `known`: the names of all inputs. */
export function unknownInputs(env: Environment, known: readonly string[]): UnknownInputs {
  const names = Object.keys(env)
    .filter((key) => key.startsWith('INPUT_'))
    .map((key) => key.slice('INPUT_'.length).toLowerCase())
    .filter((name) => !known.includes(name))
  const told = names.map((name) => ({ name, meant: nearestInput(name, known) }))
  return {
    mistakes: told.flatMap(({ name, meant }) =>
      meant === undefined ? [] : [`${quoted(name)} is not an input of this action; did you mean '${meant}'?`],
    ),
    warnings: told.flatMap(({ name, meant }) =>
      meant === undefined ? [`${quoted(name)} is not an input of this action, so it has no effect`] : [],
    ),
  }
}

/** The input that a misspelt one was meant for; undefined if none is near. */
function nearestInput(name: string, known: readonly string[]): string | undefined {
  const given = letters(name)
  const [first = '', ...more] = name.toLowerCase().split(/[^a-z0-9]+/)
  const byDistance = (longer: number, shorter: number) =>
    known
      .map((each) => ({ each, apart: distance(letters(each), given) }))
      .filter(({ each, apart }) => apart <= (letters(each).length > 6 ? longer : shorter))
      .sort((a, b) => a.apart - b.apart)[0]?.each
  return (
    byDistance(0, 0) ??
    known.find((each) => isSameWord(letters(each), given)) ??
    inOtherWords(given, known) ??
    byDistance(2, 1) ??
    // `protect-names`, `ignore-patterns`: with one of our words, or a guard's, in front of others.
    known.find((each) => isSameWord(each, first)) ??
    [first, ...more].map((word) => inOtherWords(word, known)).find((each) => each !== undefined) ??
    // Additions and parts: `older-than-days`, `latest`.
    known
      .filter((each) => holds(given, letters(each)) || holds(letters(each), given))
      .sort((a, b) => b.length - a.length)[0]
  )
}

function inOtherWords(given: string, known: readonly string[]): string | undefined {
  return known.find((each) => OTHER_WORDS[each]?.some((word) => isSameWord(letters(word), given)))
}

const SHORTEST_PART = 5

function holds(text: string, part: string): boolean {
  return part.length >= SHORTEST_PART && text.includes(part)
}

/** The same word, also in the plural or as a participle: `exclude`, `excludes`, `excluded`, `excluding`. */
function isSameWord(word: string, given: string): boolean {
  return stem(word) === stem(given)
}

function stem(word: string): string {
  return word.replace(/(?<=..)s$/, '').replace(/(?<=...)(?:ed|d|ing|e|ion)$/, '')
}

/** Without hyphens and their like, which are what people mix up most. */
function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
