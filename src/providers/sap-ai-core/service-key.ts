import * as v from 'valibot'
import type { FindSecrets } from '../settings-reader.ts'
import { parseAddress } from '../shared/address.ts'
import { privateKeySecrets, readIdentity } from './certificate.ts'
import { findKey, unwrappedTexts } from './key-text.ts'
import type { SapAuth } from './token.ts'

/** What is needed of a SAP AI Core service key. */
export interface ServiceKey {
  auth: Exclude<SapAuth, { kind: 'token' }>
  /** The AI API, if the key names it. */
  apiUrl: URL | undefined
}

/** JSON can have half a character, which no request can: it would be sent as something else than it is masked as. */
const TEXT = v.pipe(v.string(), v.trim(), v.minLength(1), v.check(isWhole))
const KEY = v.object({
  clientid: TEXT,
  clientsecret: v.optional(TEXT),
  url: v.optional(TEXT),
  certificate: v.optional(TEXT),
  key: v.optional(TEXT),
  certurl: v.optional(TEXT),
  serviceurls: v.optional(v.object({ AI_API_URL: v.optional(TEXT), ML_API_URL: v.optional(TEXT) })),
})
const WRAPPED = v.object({ credentials: v.unknown() })

/**
 * Reads a service key as SAP BTP shows it: plain, or wrapped in `credentials`, on one line or many, with a secret or with a
 * certificate. Gives the key, or what is wrong in words without a value of it. `now` in Unix ms. Source: SAP AI Core
 * documentation, "Create a Service Key".
 */
export function parseServiceKey(text: string, now: number): ServiceKey | string {
  const json = findKey(text)
  if (typeof json === 'string') return json
  const wrapped = v.safeParse(WRAPPED, json)
  const key = v.safeParse(KEY, wrapped.success ? wrapped.output.credentials : json)
  if (!key.success) {
    const [issue] = key.issues
    const field = v.getDotPath(issue)
    if (field === null) return 'is not a JSON object'
    const what = issue.type === 'check' ? `half a character in '${field}'` : `no usable '${field}'`
    return `has ${what}; paste the whole service key`
  }
  const auth = authOf(key.output, now)
  if (typeof auth === 'string') return auth
  const { serviceurls } = key.output
  const api = serviceurls?.AI_API_URL ?? serviceurls?.ML_API_URL
  const apiUrl = api === undefined ? undefined : parseAddress(api)
  if (typeof apiUrl === 'string') return `has a 'serviceurls.AI_API_URL' that ${apiUrl}`
  return { auth, apiUrl }
}

function isWhole(text: string): boolean {
  return text.isWellFormed()
}

function authOf(key: v.InferOutput<typeof KEY>, now: number): ServiceKey['auth'] | string {
  const { clientid: clientId, clientsecret: clientSecret, certificate } = key
  const usesSecret = clientSecret !== undefined
  if (!usesSecret && (certificate === undefined || key.key === undefined)) {
    return certificate === undefined
      ? "has neither 'clientsecret' nor 'certificate'; paste the whole service key"
      : "has a 'certificate' but no 'key'; paste the whole service key"
  }
  const field = usesSecret ? 'url' : 'certurl'
  const address = key[field]
  if (address === undefined) return `has no '${field}' to get a token from; paste the whole service key`
  const tokenUrl = tokenAddress(address)
  if (typeof tokenUrl === 'string') return `has a '${field}' that ${tokenUrl}`
  if (usesSecret) return { kind: 'secret', clientId, clientSecret, tokenUrl }
  const identity = readIdentity(certificate ?? '', key.key ?? '', now)
  return typeof identity === 'string' ? identity : { kind: 'certificate', clientId, identity, tokenUrl }
}

/** The token endpoint for an authentication URL, which people write with and without its path. */
export function tokenAddress(text: string): URL | string {
  const url = parseAddress(text)
  if (typeof url === 'string') return url
  // Doubled slashes come from joining texts; a path that begins with two would be read as another host.
  const path = url.pathname.replace(/\/+/g, '/').replace(/\/$/, '')
  return new URL(path.endsWith('/oauth/token') ? path : `${path}/oauth/token`, url)
}

/** Every secret text in what was given as a service key, readable or not, so that it can be masked before it is used. */
export function secretsIn(text: string): string[] {
  const found = [...text.matchAll(/"(?:clientsecret|key)"\s*:\s*("(?:[^"\\]|\\.)*")/g)].flatMap(([, literal]) => {
    try {
      const value: unknown = JSON.parse(literal ?? '')
      return typeof value === 'string' ? [value] : []
    } catch {
      return []
    }
  })
  return found.filter((secret) => secret !== '')
}

/** The same in every wrapping, with a private key as it is used, too. A wrapped text is a secret itself: it can be unwrapped. */
export const serviceKeySecrets: FindSecrets = (text) => {
  const texts = unwrappedTexts(text)
  const found = texts.flatMap(secretsIn)
  const wrapped = texts.slice(0, -1).filter(() => found.length > 0)
  return [
    ...found.flatMap((secret) => (secret.includes('-----BEGIN') ? privateKeySecrets(secret) : [secret])),
    ...wrapped,
  ]
}
