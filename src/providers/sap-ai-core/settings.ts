import type { SettingsReader } from '../settings-reader.ts'
import { isHeaderSafe, splitScheme, WHY_EMPTY } from '../shared/api-key.ts'
import { credentialProblem } from '../shared/credential-text.ts'
import type { SapSettings } from './api.ts'
import { parseServiceKey } from './service-key.ts'
import type { SapAuth } from './token.ts'
import { hasSapVariables, readSapVariables } from './variables.ts'

type Reader = SettingsReader<'service-key' | 'token' | 'resource-group'>

/** Where to get a token, and the AI API if the login names it. */
interface SapLogin {
  auth: SapAuth
  apiUrl: URL | undefined
}

/** The login; undefined if something is missing or wrong, which the reader then reports. */
export function readSapSettings(reader: Reader, apiUrl: URL | undefined): SapSettings | undefined {
  const login = readSapLogin(reader)
  const api = withoutPath(apiUrl ?? login?.apiUrl)
  if (login !== undefined && api === undefined) {
    const why = reader.secret('token') === '' ? 'the service key names no AI_API_URL' : "'token' needs it"
    if (reader.text('api-url') === '') reader.mistake(`'api-url' is missing: ${why}`)
  }
  return login === undefined || api === undefined ? undefined : { auth: login.auth, apiUrl: api }
}

/** People copy the address of a call, such as `https://host/v2/lm/deployments`. */
function withoutPath(url: URL | undefined): URL | undefined {
  const [, base] = /^(.*\/v2)\/(?:lm|admin|inference)(?:\/.*)?$/.exec(url?.pathname ?? '') ?? []
  return url === undefined || base === undefined ? url : new URL(base, url)
}

/** A token, a service key, or the single variables of SAP's Python client; what is given as an input comes first. */
function readSapLogin(reader: Reader): SapLogin | undefined {
  const { key: token } = splitScheme(reader.secret('token'))
  const inputKey = reader.secret('service-key')
  if (token !== '' && inputKey !== '') {
    reader.mistake("'token' and 'service-key' are both given; give one of them")
    return undefined
  }
  if (token !== '') {
    const problem = credentialProblem(token)
    if (problem !== undefined) reader.mistake(`'token' ${problem}`)
    else if (!isHeaderSafe(token)) reader.mistake("'token' has characters that no token has; paste the token alone")
    return { auth: { kind: 'token', token }, apiUrl: undefined }
  }
  const variableKey = reader.secret('AICORE_SERVICE_KEY')
  if (inputKey !== '') return fromServiceKey(reader, "'service-key'", inputKey)
  if (variableKey !== '') return fromServiceKey(reader, 'AICORE_SERVICE_KEY', variableKey)
  if (hasSapVariables(reader)) return readSapVariables(reader)
  reader.mistake(
    `'service-key' is empty, and neither 'token' nor AICORE_SERVICE_KEY nor AICORE_CLIENT_ID is given. Give one of them; ${WHY_EMPTY}`,
  )
  return undefined
}

function fromServiceKey(reader: Reader, source: string, text: string): SapLogin | undefined {
  const key = parseServiceKey(text, reader.now)
  if (typeof key === 'string') {
    reader.mistake(`${source} ${key}`)
    return undefined
  }
  return key
}

/** Two logins in the environment may be of two tenants: then it says which one is used. */
export function loginNotices(reader: Reader): string[] {
  if (reader.secret('token') !== '' || reader.secret('service-key') !== '') return []
  return reader.secret('AICORE_SERVICE_KEY') !== '' && hasSapVariables(reader)
    ? ['AICORE_SERVICE_KEY is used, and AICORE_CLIENT_ID and the variables beside it are not: remove one of the two']
    : []
}

/** SAP's clients read the group from a variable, this action from an input: if the two differ, a notice says which one counts. */
export function resourceGroupNotices(reader: Reader): string[] {
  const group = reader.variable('AICORE_RESOURCE_GROUP')
  const resourceGroup = reader.text('resource-group')
  return group === '' || group === resourceGroup
    ? []
    : [`AICORE_RESOURCE_GROUP is ${group}, but the input decides: 'resource-group' is ${resourceGroup}`]
}

/** GitHub masks a secret of several lines line by line, and so also its lone brackets. */
export function serviceKeyNotices(reader: Reader): string[] {
  const source = hasSeveralLines(reader.secret('service-key'))
    ? "'service-key'"
    : hasSeveralLines(reader.secret('AICORE_SERVICE_KEY'))
      ? 'AICORE_SERVICE_KEY'
      : undefined
  if (source === undefined) return []
  // Without the brackets themselves: the runner would hide them here, too.
  return [
    `${source} has several lines. If the secret is stored like that, GitHub hides each of its lines by itself, also the lone curly brackets: they become *** in the log and the summary, and job outputs with JSON are dropped ("Skip output … since it may contain secret"). Store it on one line (jq -c . key.json | gh secret set NAME), or give only its fields as AICORE_CLIENT_ID, AICORE_CLIENT_SECRET, AICORE_AUTH_URL and AICORE_BASE_URL`,
  ]
}

function hasSeveralLines(text: string): boolean {
  return /[\r\n]/.test(text)
}
