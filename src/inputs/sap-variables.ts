import { readIdentity } from './certificate.ts'
import type { Reader, Surroundings } from './reader.ts'
import { type ServiceKey, tokenAddress } from './service-key.ts'
import { parseAddress } from './url.ts'

/** The secrets in the variables, and in the file of a private key where one is named. */
export function sapVariableSecrets({ env, readFile }: Surroundings): string[] {
  const secrets = [env['AICORE_CLIENT_SECRET'] ?? '', env['AICORE_KEY_STR'] ?? '']
  const path = env['AICORE_KEY_FILE_PATH']?.trim()
  if (!path) return secrets
  try {
    return [...secrets, readFile(path)]
  } catch {
    return secrets
  }
}

/** Whether anything of a login stands in the variables, so that they are worth reading. */
export function hasSapVariables({ env }: Surroundings): boolean {
  return ['AICORE_CLIENT_ID', 'AICORE_CLIENT_SECRET', 'AICORE_AUTH_URL'].some((name) => env[name]?.trim())
}

/**
 * The login that SAP's Python client and LiteLLM take from single variables: a client ID with exactly one of a secret, a
 * certificate with its key, or the files of both. Undefined where that is wrong, which the reader then knows. Source:
 * documentation of SAP's Python client, environment variables.
 */
export function readSapVariables(reader: Reader, surroundings: Surroundings): ServiceKey | undefined {
  const { env } = surroundings
  const get = (name: string): string | undefined => env[name]?.trim() || undefined
  const clientId = get('AICORE_CLIENT_ID')
  const ways = {
    secret: get('AICORE_CLIENT_SECRET'),
    text: get('AICORE_CERT_STR') ?? get('AICORE_KEY_STR'),
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
  const pair =
    ways.text === undefined ? readFiles(reader, surroundings) : [get('AICORE_CERT_STR'), get('AICORE_KEY_STR')]
  if (pair === undefined) return undefined
  const identity = readIdentity(pair[0] ?? '', pair[1] ?? '', surroundings.now)
  if (typeof identity !== 'string') return { auth: { kind: 'certificate', clientId, identity, tokenUrl }, apiUrl }
  reader.mistake(`AICORE_CERT_${ways.text === undefined ? 'FILE_PATH' : 'STR'} ${identity}`)
  return undefined
}

function readFiles(reader: Reader, { env, readFile }: Surroundings): [string, string] | undefined {
  const read = (name: string): string | undefined => {
    try {
      return readFile(env[name]?.trim() ?? '')
    } catch {
      reader.mistake(`${name} names a file that cannot be read`)
      return undefined
    }
  }
  const [certificate, key] = [read('AICORE_CERT_FILE_PATH'), read('AICORE_KEY_FILE_PATH')]
  return certificate === undefined || key === undefined ? undefined : [certificate, key]
}
