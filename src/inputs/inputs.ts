import { proxyProblems } from '../http/proxies.ts'
import type { Environment } from '../lib/environment.ts'
import { quoted } from '../lib/format.ts'
import type { ConfiguredProvider, ProviderDefinition } from '../providers/definition.ts'
import type { Guard } from '../providers/provider.ts'
import { parseAddress } from '../providers/shared/address.ts'
import type { Criteria } from '../sweep/criteria.ts'
import { inputDefaults } from './defaults.ts'
import { refuseForeignText } from './foreign-text.ts'
import { noticesFor } from './notices.ts'
import { readPullRequest } from './pull-request.ts'
import { createReader, type InputReader } from './reader.ts'
import { readSelection, type Selection } from './selection.ts'
import { idInputs } from './targets.ts'
import type { InputSources } from './texts.ts'
import { unknownInputs } from './unknown-inputs.ts'

/** Everything the user said, read once. */
export interface Inputs {
  provider: ConfiguredProvider
  selection: Selection
  allow: ReadonlySet<Guard>
  dryRun: boolean
  ifNotFound: 'ignore' | 'warn' | 'fail'
  wait: boolean
  timeoutMs: number
  summary: boolean
  /** Delete when the job ends. */
  defer: boolean
  /** What `{pr}` stands for, and if it is a number, the pull request that the step is for. */
  pullRequest: Criteria['pullRequest']
  /** Keep a comment on the pull request. */
  comment: boolean
  /** The GitHub environment whose deployments are marked inactive; `{pr}` stands for the pull request's number. */
  githubEnvironment: string | undefined
  github: { token: string; repository: string }
  /** What is worth telling although nothing is wrong. */
  notices: readonly string[]
  /** What is probably wrong, but changes nothing that is deleted. */
  warnings: readonly string[]
}

/** The inputs, or every mistake in them; and the secrets, which must be masked before anything is printed. */
export interface InputReading {
  secrets: readonly string[]
  result: { ok: true; inputs: Inputs } | { ok: false; mistakes: readonly string[] }
}

/** At the end of a cancelled job, the runner leaves five minutes, and nobody can know beforehand whether it is cancelled. ms */
const JOB_END_MS = 4 * 60_000
/** Longer than any job runs; also the longest a timer can wait. */
const LONGEST_TIMEOUT_MS = 24 * 3_600_000

/** Reads all inputs. Nothing is sent anywhere; every mistake is found, not only the first. */
export function readInputs(sources: InputSources, providers: readonly ProviderDefinition[]): InputReading {
  const { env } = sources
  const reader = createReader(sources, providers)
  const { secrets } = reader
  const name = reader.oneOf(
    'provider',
    providers.map(({ name }) => name),
  )
  const definition = providers.find((each) => each.name === name)
  const provider = definition?.configure(reader, readApiUrl(reader))
  const selection = readSelection(reader, definition, providers)
  refuseForeignText(reader, sources, idInputs(definition === undefined ? [] : [definition]))
  const rest = {
    allow: readAllow(reader, definition === undefined ? providers : [definition]),
    dryRun: reader.flag('dry-run'),
    ifNotFound: reader.oneOf('if-not-found', ['ignore', 'warn', 'fail']) ?? 'fail',
    wait: reader.flag('wait'),
    timeoutMs: readTimeout(reader),
    summary: reader.flag('summary'),
    defer: reader.flag('defer'),
    pullRequest: readPullRequest(reader),
    comment: reader.flag('comment'),
    githubEnvironment: reader.text('github-environment') || undefined,
    github: readGitHub(reader, env, selection),
  }
  const unknown = unknownInputs(env, Object.keys(inputDefaults(providers)))
  for (const mistake of [
    ...unknown.mistakes,
    ...proxyProblems(env, provider === undefined ? [] : [provider.settings.apiUrl]),
  ])
    reader.mistake(mistake)
  if (provider === undefined || selection === undefined || reader.mistakes.length > 0) {
    // A run that has nothing to do and nothing to complain of would be a success.
    if (reader.mistakes.length === 0) throw new Error('the inputs are of no use, and nothing says why')
    return { secrets, result: { ok: false, mistakes: reader.mistakes } }
  }
  return {
    secrets,
    result: {
      ok: true,
      inputs: { provider, selection, ...rest, notices: noticesFor(provider, reader), warnings: unknown.warnings },
    },
  }
}

/** The `api-url` input; undefined if it is not given or wrong. */
function readApiUrl(reader: InputReader): URL | undefined {
  const text = reader.text('api-url')
  if (text === '') return undefined
  const url = parseAddress(text)
  if (url instanceof URL) return url
  reader.mistake(`'api-url' ${url}`)
  return undefined
}

/** The guards that are lifted; where the provider is not known, any guard of any of them may be. */
function readAllow(reader: InputReader, providers: readonly ProviderDefinition[]): ReadonlySet<Guard> {
  const names = reader.list('allow').filter((name) => name !== 'none')
  const allowed = providers.flatMap(({ guards }) => guards)
  for (const name of names.filter((name) => !allowed.some((guard) => guard === name))) {
    reader.mistake(`'allow' has ${quoted(name)}, which is not a guard here; allowed: none, ${allowed.join(', ')}`)
  }
  return new Set(allowed.filter((guard) => names.includes(guard)))
}

function readTimeout(reader: InputReader): number {
  const ms = reader.duration('timeout')
  if (ms === 0) reader.mistake("'timeout' is 0s; it must be longer")
  if (ms > LONGEST_TIMEOUT_MS) reader.mistake("'timeout' is longer than 24h, and so than any job")
  if (!reader.flag('defer') || ms <= JOB_END_MS) return ms
  if (reader.isGiven('timeout')) {
    reader.mistake(
      `'timeout' is ${quoted(reader.text('timeout'))}, but 'defer: true' has at most 4m: at the end of a cancelled job, GitHub leaves five minutes. Lower 'timeout', or use a step with 'if: always()'`,
    )
  }
  return JOB_END_MS
}

/** GitHub with its token, which every feature that asks GitHub needs. */
function readGitHub(reader: InputReader, env: Environment, selection: Selection | undefined): Inputs['github'] {
  const github = { token: reader.secret('github-token'), repository: env['GITHUB_REPOSITORY'] ?? '' }
  const { include = [], labels = [], groups = [] } = selection?.kind === 'sweep' ? selection.criteria : {}
  const users = [
    include.some(({ source }) => source.includes('{pr}')) ? "{pr} in 'name'" : '',
    labels.some(({ source }) => source.includes('{pr}')) ? "{pr} in 'label'" : '',
    groups.some(({ source }) => source.includes('{pr}')) ? "{pr} in 'resource-group'" : '',
    reader.isGiven('pull-request') ? "'pull-request'" : '',
    reader.flag('comment') ? "'comment'" : '',
    reader.text('github-environment') === '' ? '' : "'github-environment'",
  ].filter((user) => user !== '')
  if (users.length === 0) return github
  const need = users.length === 1 ? 'needs' : 'need'
  if (github.token === '') reader.mistake(`'github-token' is empty, but ${users.join(', ')} ${need} it`)
  if (!github.token.isWellFormed()) reader.mistake("'github-token' has half a character in it; paste it again")
  if (!/^[^/]+\/[^/]+$/.test(github.repository)) {
    reader.mistake(`GITHUB_REPOSITORY is not set, but ${users.join(', ')} ${need} it`)
  }
  return github
}
