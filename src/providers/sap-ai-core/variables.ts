import type { SettingsReader } from '../settings-reader.ts'
import { parseAddress } from '../shared/address.ts'
import { readIdentity } from './certificate.ts'
import { type ServiceKey, tokenAddress } from './service-key.ts'

/** Whether the variables hold any part of a login, and so are worth reading. */
export function hasSapVariables(reader: SettingsReader<never>): boolean {
  const [id, secret] = [reader.variable('AICORE_CLIENT_ID'), reader.secret('AICORE_CLIENT_SECRET')]
  return [id, secret, reader.variable('AICORE_AUTH_URL')].some((text) => text !== '')
}

/**
 * The login that SAP's Python client and LiteLLM take from single variables: a client ID with exactly one of a secret, a
 * certificate with its key, or the files of both. Undefined if that is wrong, which the reader then reports. Source:
 * documentation of SAP's Python client, environment variables.
 */
export function readSapVariables(reader: SettingsReader<never>): ServiceKey | undefined {
  const get = (name: string): string | undefined => reader.variable(name) || undefined
  const key = reader.secret('AICORE_KEY_STR') || undefined
  const clientId = get('AICORE_CLIENT_ID')
  const ways = {
    secret: reader.secret('AICORE_CLIENT_SECRET') || undefined,
    text: get('AICORE_CERT_STR') ?? key,
    files: get('AICORE_CERT_FILE_PATH') ?? get('AICORE_KEY_FILE_PATH'),
  }
  const given = Object.values(ways).filter((way) => way !== undefined).length
  const address =
    ways.secret === undefined ? (get('AICORE_CERT_URL') ?? get('AICORE_AUTH_URL')) : get('AICORE_AUTH_URL')
  if (clientId === undefined || address === undefined || given !== 1) {
    reader.mistake(
      'AICORE_CLIENT_ID, AICORE_AUTH_URL and exactly one of AICORE_CLIENT_SECRET, AICORE_CERT_STR with AICORE_KEY_STR, and AICORE_CERT_FILE_PATH with AICORE_KEY_FILE_PATH belong together',
    )
    return undefined
  }
  const tokenUrl = tokenAddress(address)
  if (typeof tokenUrl === 'string')
    reader.mistake(`${address === get('AICORE_CERT_URL') ? 'AICORE_CERT_URL' : 'AICORE_AUTH_URL'} ${tokenUrl}`)
  const baseUrl = get('AICORE_BASE_URL')
  const apiUrl = baseUrl === undefined ? undefined : parseAddress(baseUrl)
  if (typeof apiUrl === 'string') reader.mistake(`AICORE_BASE_URL ${apiUrl}`)
  if (typeof tokenUrl === 'string' || typeof apiUrl === 'string') return undefined
  if (ways.secret !== undefined) {
    if (!ways.secret.isWellFormed()) {
      reader.mistake('AICORE_CLIENT_SECRET has half a character in it; paste it again')
      return undefined
    }
    return { auth: { kind: 'secret', clientId, clientSecret: ways.secret, tokenUrl }, apiUrl }
  }
  const pair = ways.text === undefined ? readFiles(reader) : [get('AICORE_CERT_STR'), key]
  if (pair === undefined) return undefined
  const identity = readIdentity(pair[0] ?? '', pair[1] ?? '', reader.now)
  if (typeof identity !== 'string') return { auth: { kind: 'certificate', clientId, identity, tokenUrl }, apiUrl }
  reader.mistake(`AICORE_CERT_${ways.text === undefined ? 'FILE_PATH' : 'STR'} ${identity}`)
  return undefined
}

function readFiles(reader: SettingsReader<never>): [string, string] | undefined {
  const [certificate, key] = [reader.file('AICORE_CERT_FILE_PATH'), reader.file('AICORE_KEY_FILE_PATH')]
  return certificate === undefined || key === undefined ? undefined : [certificate, key]
}
