import type { SapAuth } from '../providers/sap-ai-core/token.ts'
import { PROVIDER_NAMES, type ProviderSettings } from '../providers/settings.ts'
import { parseAddress, readApiUrl } from './address.ts'
import type { Environment, Reader } from './reader.ts'
import { parseServiceKey, secretsIn, tokenAddress } from './service-key.ts'

const BASETEN_URL = 'https://api.baseten.co/v1'
const ALIBABA_URLS = {
  'ap-southeast-1': 'https://dashscope-intl.aliyuncs.com/api/v1',
  'cn-beijing': 'https://dashscope.aliyuncs.com/api/v1',
} as const

const FORKS =
  'secrets are empty in runs for pull requests from forks and from Dependabot, and where the secret is not defined for this repository or environment'

/** Every secret among the inputs and variables, usable or not; to be masked before anything else happens. */
export function readSecrets(reader: Reader, env: Environment): string[] {
  const serviceKeys = [reader.text('service-key'), env['AICORE_SERVICE_KEY'] ?? '']
  const keys = [reader.text('api-key'), env['BASETEN_API_KEY'] ?? '', env['DASHSCOPE_API_KEY'] ?? '']
  const all = [
    ...keys,
    ...keys.map((key) => splitScheme(key).key),
    reader.text('token'),
    splitScheme(reader.text('token')).key,
    reader.text('github-token'),
    env['AICORE_CLIENT_SECRET'] ?? '',
    ...serviceKeys.flatMap(secretsIn),
  ]
  return [...new Set(all.map((secret) => secret.trim()))].filter((secret) => secret !== '')
}

/** The provider with its credentials; undefined where something is missing or wrong, which the reader then knows. */
export function readProvider(reader: Reader, env: Environment): ProviderSettings | undefined {
  const name = reader.oneOf('provider', PROVIDER_NAMES)
  const apiUrl = readApiUrl(reader)
  switch (name) {
    case 'baseten': {
      const { key, scheme } = readApiKey(reader, env, 'BASETEN_API_KEY')
      return { name, apiKey: key, scheme: scheme ?? 'Api-Key', apiUrl: apiUrl ?? new URL(BASETEN_URL) }
    }
    case 'sap-ai-core':
      return readSap(reader, env, apiUrl)
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

function readSap(reader: Reader, env: Environment, apiUrl: URL | undefined): ProviderSettings | undefined {
  const resourceGroup = headerSafe(reader, 'resource-group')
  const login = readSapLogin(reader, env)
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
function readSapLogin(reader: Reader, env: Environment): SapLogin | undefined {
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
  const variableKey = env['AICORE_SERVICE_KEY']?.trim() ?? ''
  if (inputKey !== '') return fromServiceKey(reader, "'service-key'", inputKey)
  if (variableKey !== '') return fromServiceKey(reader, 'AICORE_SERVICE_KEY', variableKey)
  return fromVariables(reader, env)
}

function fromServiceKey(reader: Reader, source: string, text: string): SapLogin | undefined {
  const key = parseServiceKey(text)
  if (typeof key === 'string') {
    reader.mistake(`${source} ${key}`)
    return undefined
  }
  const { clientId, clientSecret, tokenUrl, apiUrl } = key
  return { auth: { kind: 'client', clientId, clientSecret, tokenUrl }, apiUrl }
}

/** Source: documentation of SAP's Python client, environment variables. */
function fromVariables(reader: Reader, env: Environment): SapLogin | undefined {
  const [clientId, clientSecret, authUrl, baseUrl] = [
    'AICORE_CLIENT_ID',
    'AICORE_CLIENT_SECRET',
    'AICORE_AUTH_URL',
    'AICORE_BASE_URL',
  ].map((name) => env[name]?.trim() || undefined)
  if (clientId === undefined && clientSecret === undefined && authUrl === undefined) {
    reader.mistake(
      `'service-key' is empty, and neither 'token' nor AICORE_SERVICE_KEY nor AICORE_CLIENT_ID is given. Give one of them; ${FORKS}`,
    )
    return undefined
  }
  if (clientId === undefined || clientSecret === undefined || authUrl === undefined) {
    reader.mistake('AICORE_CLIENT_ID, AICORE_CLIENT_SECRET and AICORE_AUTH_URL belong together; set all three')
    return undefined
  }
  const tokenUrl = tokenAddress(authUrl)
  const apiUrl = baseUrl === undefined ? undefined : parseAddress(baseUrl)
  if (typeof tokenUrl === 'string') reader.mistake(`AICORE_AUTH_URL ${tokenUrl}`)
  if (typeof apiUrl === 'string') reader.mistake(`AICORE_BASE_URL ${apiUrl}`)
  if (typeof tokenUrl === 'string' || typeof apiUrl === 'string') return undefined
  return { auth: { kind: 'client', clientId, clientSecret, tokenUrl }, apiUrl }
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
