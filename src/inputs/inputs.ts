import type { Guard } from '../providers/provider.ts'
import type { ProviderName, ProviderSettings } from '../providers/settings.ts'
import type { Pattern } from '../sweep/pattern.ts'
import { noticesFor } from './notices.ts'
import { readProvider, readSecrets } from './provider-settings.ts'
import { checkProxies, proxySecrets } from './proxy.ts'
import { createReader, type Environment, quoted, type Reader, type Surroundings } from './reader.ts'
import { readProtect, readSelection, type Selection } from './selection.ts'

/** Everything the user said, read once. */
export interface Inputs {
  provider: ProviderSettings
  selection: Selection
  allow: ReadonlySet<Guard>
  protect: readonly Pattern[]
  dryRun: boolean
  ifNotFound: 'ignore' | 'warn' | 'fail'
  wait: boolean
  timeoutMs: number
  summary: boolean
  /** Delete when the job ends. */
  defer: boolean
  /** Keep a comment on the pull request. */
  comment: boolean
  /** The GitHub environment whose deployments are marked inactive; `{pr}` stands for the pull request's number. */
  githubEnvironment: string | undefined
  github: { token: string; repository: string }
  /** What is worth telling although nothing is wrong. */
  notices: readonly string[]
}

/** The inputs, or every mistake in them; and the secrets, which must be masked before anything is printed. */
export interface Reading {
  secrets: readonly string[]
  result: { ok: true; inputs: Inputs } | { ok: false; mistakes: readonly string[] }
}

const GUARDS: Readonly<Record<ProviderName, readonly Guard[]>> = {
  baseten: ['environment', 'development', 'last'],
  'sap-ai-core': ['orchestration'],
  'alibaba-model-studio': ['prepaid', 'reservation'],
}

/** Longer than any job runs; also the longest a timer can wait. */
const LONGEST_TIMEOUT_MS = 24 * 3_600_000

/** Reads all inputs. Nothing is sent anywhere; every mistake is found, not only the first. */
export function readInputs(surroundings: Surroundings): Reading {
  const { env } = surroundings
  const reader = createReader(env)
  const secrets = [...readSecrets(reader, surroundings), ...proxySecrets(env)]
  const provider = readProvider(reader, surroundings)
  const name = provider?.name ?? nameOnly(reader)
  const selection = readSelection(reader, name)
  const rest = {
    allow: readAllow(reader, name),
    protect: readProtect(reader),
    dryRun: reader.flag('dry-run'),
    ifNotFound: reader.oneOf('if-not-found', ['ignore', 'warn', 'fail']) ?? 'fail',
    wait: reader.flag('wait'),
    timeoutMs: readTimeout(reader),
    summary: reader.flag('summary'),
    defer: reader.flag('defer'),
    comment: reader.flag('comment'),
    githubEnvironment: reader.text('github-environment') || undefined,
    github: readGitHub(reader, env, selection),
  }
  checkProxies(reader, env)
  if (provider === undefined || selection === undefined || reader.mistakes.length > 0) {
    return { secrets, result: { ok: false, mistakes: reader.mistakes } }
  }
  const notices = noticesFor(provider, reader, env)
  return { secrets, result: { ok: true, inputs: { provider, selection, ...rest, notices } } }
}

/** The provider's name where only its credentials are wrong, so that the other inputs can still be checked against it. */
function nameOnly(reader: Reader): ProviderName | undefined {
  const name = reader.text('provider')
  return name === 'baseten' || name === 'sap-ai-core' || name === 'alibaba-model-studio' ? name : undefined
}

function readAllow(reader: Reader, provider: ProviderName | undefined): ReadonlySet<Guard> {
  const names = reader.list('allow').filter((name) => name !== 'none')
  const allowed = provider === undefined ? Object.values(GUARDS).flat() : GUARDS[provider]
  const found = allowed.filter((guard) => names.includes(guard))
  for (const name of names.filter((name) => !allowed.some((guard) => guard === name))) {
    reader.mistake(`'allow' has ${quoted(name)}, which is no guard here; allowed: none, ${allowed.join(', ')}`)
  }
  return new Set(found)
}

function readTimeout(reader: Reader): number {
  const ms = reader.duration('timeout')
  if (ms === 0) reader.mistake("'timeout' is 0s; it must be longer")
  if (ms > LONGEST_TIMEOUT_MS) reader.mistake("'timeout' is longer than 24h, and so than any job")
  return ms
}

/** GitHub with its token, which must be there for whatever asks GitHub. */
function readGitHub(reader: Reader, env: Environment, selection: Selection | undefined): Inputs['github'] {
  const github = { token: reader.text('github-token'), repository: env['GITHUB_REPOSITORY'] ?? '' }
  const sweepsPullRequests =
    selection?.kind === 'sweep' && selection.criteria.include.some(({ source }) => source.includes('{pr}'))
  const users = [
    sweepsPullRequests ? "{pr} in 'name'" : '',
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
