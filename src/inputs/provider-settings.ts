import type { SapAuth } from '../providers/sap-ai-core/token.ts'
import { PROVIDER_NAMES, type ProviderSettings } from '../providers/settings.ts'
import { withLineBreaks } from './certificate.ts'
import type { Environment, Reader, Surroundings } from './reader.ts'
import { hasSapVariables, readSapVariables, sapVariableSecrets } from './sap-variables.ts'
import { parseServiceKey, secretsIn } from './service-key.ts'
import { readApiUrl } from './url.ts'

const BASETEN_URL = 'https://api.baseten.co/v1'
const ALIBABA_URLS = {
  'ap-southeast-1': 'https://dashscope-intl.aliyuncs.com/api/v1',
  'cn-beijing': 'https://dashscope.aliyuncs.com/api/v1',
} as const

const FORKS =
  'secrets are empty in runs for pull requests from forks and from Dependabot, and where the secret is not defined for this repository or environment'

/** Every secret among the inputs and variables, usable or not; to be masked before anything else happens. */
export function readSecrets(reader: Reader, surroundings: Surroundings): string[] {
  const { env } = surroundings
  const keys = [
    reader.text('api-key'),
    env['BASETEN_API_KEY'] ?? '',
    env['DASHSCOPE_API_KEY'] ?? '',
    reader.text('token'),
  ]
  const ofServiceKeys = [reader.text('service-key'), env['AICORE_SERVICE_KEY'] ?? ''].flatMap(secretsIn)
  const given = [
    ...keys,
    ...keys.map((key) => splitScheme(key).key),
    reader.text('github-token'),
    ...ofServiceKeys,
    ...sapVariableSecrets(surroundings),
  ]
  // A private key may come with two-character line breaks, but is used and might be shown with real ones.
  const all = given.flatMap((secret) => (secret.includes('-----BEGIN') ? [secret, withLineBreaks(secret)] : [secret]))
  return [...new Set(all.map((secret) => secret.trim()))].filter((secret) => secret !== '')
}

/** The provider with its credentials; undefined where something is missing or wrong, which the reader then knows. */
export function readProvider(reader: Reader, surroundings: Surroundings): ProviderSettings | undefined {
  const { env } = surroundings
  const name = reader.oneOf('provider', PROVIDER_NAMES)
  const apiUrl = readApiUrl(reader)
  switch (name) {
    case 'baseten': {
      const { key, scheme } = readApiKey(reader, env, 'BASETEN_API_KEY')
      return { name, apiKey: key, scheme: scheme ?? 'Api-Key', apiUrl: apiUrl ?? new URL(BASETEN_URL) }
    }
    case 'sap-ai-core':
      return readSap(reader, surroundings, apiUrl)
    case 'alibaba-model-studio': {
      const region = reader.oneOf('region', ['ap-southeast-1', 'cn-beijing']) ?? 'ap-southeast-1'
      const workspaceId = headerSafe(reader, 'workspace-id')
      return {
        name,
        apiKey: readApiKey(reader, env, 'DASHSCOPE_API_KEY').key,
        apiUrl: apiUrl ?? new URL(ALIBABA_URLS[region]),
        ...(workspaceId === '' ? {} : { workspaceId }),
      }
    }
    case undefined:
      return undefined
  }
}

function readApiKey(
  reader: Reader,
  env: Environment,
  variable: string,
): { key: string; scheme?: 'Api-Key' | 'Bearer' } {
  const read = splitScheme(reader.text('api-key') || env[variable]?.trim() || '')
  if (read.key === '') {
    reader.mistake(`'api-key' is empty and ${variable} is not set. Give one of them; ${FORKS}`)
  } else if (!isHeaderSafe(read.key)) {
    reader.mistake("'api-key' has characters that no key has, such as a blank or a line break; paste the key alone")
  }
  return read
}

/** People paste the key together with the scheme in front of it; where the secret is empty, only the scheme is left. */
function splitScheme(text: string): { key: string; scheme?: 'Api-Key' | 'Bearer' } {
  const [, scheme, key = ''] = /^(api-key|bearer)(?:\s+(\S.*))?$/i.exec(text.trim()) ?? []
  if (scheme === undefined) return { key: text.trim() }
  return { key: key.trim(), scheme: scheme.toLowerCase() === 'bearer' ? 'Bearer' : 'Api-Key' }
}

function readSap(reader: Reader, surroundings: Surroundings, apiUrl: URL | undefined): ProviderSettings | undefined {
  const resourceGroup = headerSafe(reader, 'resource-group')
  const login = readSapLogin(reader, surroundings)
  const api = apiUrl ?? login?.apiUrl
  if (login !== undefined && api === undefined) {
    const why = reader.text('token') === '' ? 'the service key names no AI_API_URL' : "'token' needs it"
    if (reader.text('api-url') === '') reader.mistake(`'api-url' is missing: ${why}`)
  }
  return login === undefined || api === undefined
    ? undefined
    : { name: 'sap-ai-core', resourceGroup, auth: login.auth, apiUrl: api }
}

interface SapLogin {
  auth: SapAuth
  apiUrl: URL | undefined
}

/** A token, a service key, or the single variables of SAP's Python client; what is given as an input comes first. */
function readSapLogin(reader: Reader, surroundings: Surroundings): SapLogin | undefined {
  const { key: token } = splitScheme(reader.text('token'))
  const inputKey = reader.text('service-key')
  if (token !== '' && inputKey !== '') {
    reader.mistake("'token' and 'service-key' are both given; give one of them")
    return undefined
  }
  if (token !== '') {
    if (!isHeaderSafe(token)) reader.mistake("'token' has characters that no token has; paste the token alone")
    return { auth: { kind: 'token', token }, apiUrl: undefined }
  }
  const variableKey = surroundings.env['AICORE_SERVICE_KEY']?.trim() ?? ''
  if (inputKey !== '') return fromServiceKey(reader, surroundings, "'service-key'", inputKey)
  if (variableKey !== '') return fromServiceKey(reader, surroundings, 'AICORE_SERVICE_KEY', variableKey)
  if (hasSapVariables(surroundings)) return readSapVariables(reader, surroundings)
  reader.mistake(
    `'service-key' is empty, and neither 'token' nor AICORE_SERVICE_KEY nor AICORE_CLIENT_ID is given. Give one of them; ${FORKS}`,
  )
  return undefined
}

function fromServiceKey(reader: Reader, { now }: Surroundings, source: string, text: string): SapLogin | undefined {
  const key = parseServiceKey(text, now)
  if (typeof key === 'string') {
    reader.mistake(`${source} ${key}`)
    return undefined
  }
  return key
}

function headerSafe(reader: Reader, name: 'resource-group' | 'workspace-id'): string {
  const value = reader.text(name)
  if (value !== '' && !isHeaderSafe(value)) reader.mistake(`'${name}' has characters that no such name has`)
  return value
}

/** Printable ASCII without blanks: what may stand in a header. */
function isHeaderSafe(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}
