import { CLIENT_CERT_HEADER, json } from '../core.ts'
import { DEFAULT_CLIENT, type SapClient, type SapSettings } from './model.ts'

export interface SapTokens {
  /** Who may get a token. Taking one out revokes its key; tokens it got before stay valid. */
  readonly clients: SapClient[]
  /** A token as if a client had asked for it. */
  issue(lifetimeS?: number): string
  /** Makes every token given out so far invalid. */
  revokeAll(): void
  /** How many were given out. */
  issued(): number
}

/** The token service, which in the emulator lives at the same origin as the API. */
export interface TokenService extends SapTokens {
  /** POST /oauth/token */
  endpoint(request: Request, body: string): Response
  /** What is wrong with a request's token, if anything. */
  problem(request: Request): Response | undefined
}

/** The token service of one tenant. */
export function createTokens(settings: SapSettings, now: () => number): TokenService {
  const clients: SapClient[] = [...(settings.clients ?? [DEFAULT_CLIENT])]
  const expiry = new Map<string, number>()
  let serial = 0

  function issue(lifetimeS = settings.tokenLifetimeS, clientid = clients[0]?.clientid ?? ''): string {
    serial += 1
    const token = jwt({ jti: `emulated-${serial}`, cid: clientid, exp: Math.floor(now() / 1000) + lifetimeS })
    expiry.set(token, now() + lifetimeS * 1000)
    return token
  }

  function endpoint(request: Request, body: string): Response {
    if (request.method !== 'POST') return oauthError(405, 'invalid_request', 'Request method not supported')
    if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')) {
      return oauthError(415, 'invalid_request', 'Content type not supported')
    }
    const form = new URLSearchParams(body)
    const grant = form.get('grant_type')
    if (grant === null) return oauthError(400, 'invalid_request', 'Missing grant type')
    if (grant !== 'client_credentials') return oauthError(400, 'unsupported_grant_type', `Unsupported: ${grant}`)
    const basic = request.headers.get('authorization')
    // RFC 6749, 2.3: one way to authenticate per request.
    if (basic !== null && form.has('client_secret')) return oauthError(400, 'invalid_request', 'Two credentials')
    const claims = basic === null ? [pairOf(form)] : basicPairs(basic)
    const client = clients.find((one) => claims.some((claim) => isValid(one, claim, request)))
    if (client === undefined) {
      const headers = basic === null ? {} : { 'www-authenticate': 'Basic realm="UAA/client"' }
      return oauthError(401, 'invalid_client', 'Bad credentials', headers)
    }
    const token = issue(settings.tokenLifetimeS, client.clientid)
    const answer = {
      access_token: token,
      token_type: 'bearer',
      expires_in: settings.tokenLifetimeS,
      jti: `emulated-${serial}`,
    }
    return json(200, answer, NO_STORE)
  }

  function problem(request: Request): Response | undefined {
    const [scheme, token, ...rest] = (request.headers.get('authorization') ?? '').split(' ')
    if (scheme === '' || token === undefined) return unauthorized('Jwt is missing')
    const end = expiry.get(token)
    if (!/^bearer$/i.test(scheme ?? '') || rest.length > 0 || end === undefined) {
      return unauthorized('Jwt verification fails')
    }
    return end <= now() ? unauthorized('Jwt is expired') : undefined
  }

  return { clients, issue, revokeAll: () => expiry.clear(), issued: () => serial, endpoint, problem }
}

interface Claim {
  id: string
  secret: string | undefined
}

function pairOf(form: URLSearchParams): Claim {
  return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? undefined }
}

/** RFC 6749 wants both halves form-encoded, many clients send them raw: either will do. */
function basicPairs(header: string): Claim[] {
  const text = /^basic /i.test(header) ? Buffer.from(header.slice(6), 'base64').toString() : ''
  const colon = text.indexOf(':')
  if (colon < 0) return []
  const raw = { id: text.slice(0, colon), secret: text.slice(colon + 1) }
  const decoded = new URLSearchParams(`id=${raw.id}&secret=${raw.secret}`)
  return [raw, { id: decoded.get('id') ?? '', secret: decoded.get('secret') ?? '' }]
}

/** An X.509 client is known by its certificate and sends no secret (SAP AI Core docs, service key page). */
function isValid(client: SapClient, claim: Claim, request: Request): boolean {
  if (client.clientid !== claim.id) return false
  if (client.certificate !== true) return claim.secret !== undefined && claim.secret === client.clientsecret
  const subject = request.headers.get(CLIENT_CERT_HEADER)
  return claim.secret === undefined && subject !== null && (client.subject ?? subject) === subject
}

const NO_STORE = { 'cache-control': 'no-store' }

function oauthError(status: number, error: string, description: string, headers: Record<string, string> = {}) {
  return json(status, { error, error_description: description }, { ...NO_STORE, ...headers })
}

/** The gateway's own answer: plain text, like its documented "RBAC: access denied". */
function unauthorized(text: string): Response {
  return new Response(text, { status: 401, headers: { 'content-type': 'text/plain', 'www-authenticate': 'Bearer' } })
}

/** Shaped like the real thing, since masking must cope with it; the signature is none. */
function jwt(claims: object): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${part('emulated signature')}`
}
