/** Why a connection failed, in words, and whether trying again can help. */
export interface NetworkProblem {
  message: string
  /** Waiting cannot fix it. */
  isFinal: boolean
}

/**
 * The meaning of a network error for a request to `host`, through `proxy` if there is one (both `host:port`).
 * Only the codes of the error are shown: its text can hold addresses with passwords.
 */
export function networkProblem(error: unknown, host: string, proxy: string | undefined): NetworkProblem {
  const { codes, proxyStatus } = codesOf(error)
  const known = codes.join(', ')
  const through = proxy === undefined ? host : `${host} through the proxy ${proxy}`
  if (proxyStatus !== undefined) return proxyRefusal(proxyStatus, host, proxy)
  if (CERTIFICATE.test(known)) {
    return {
      message: `the certificate of ${through} is not accepted (${known}): ${certificateRemedy(known)}`,
      isFinal: true,
    }
  }
  if (/NO_APPLICATION_PROTOCOL/.test(known)) {
    return { message: `${through} does not speak HTTP/1.1 (${known}): let it offer that beside HTTP/2`, isFinal: true }
  }
  const remedy = REMEDIES.find(([pattern]) => pattern.test(known))?.[1]
  const message = `the connection to ${through} failed (${known || 'unknown cause'})`
  return { message: remedy === undefined ? message : `${message}: ${remedy}`, isFinal: false }
}

/** The meaning of a proxy's refusal. A wrong password (407) that is repeated locks accounts. */
export function proxyRefusal(status: number, host: string, proxy = 'of the environment'): NetworkProblem {
  const remedy =
    status === 407
      ? 'put the user name and the password that it wants into https_proxy, as http://user:password@host:port'
      : 'let it allow this host, or name the host in no_proxy'
  const isFinal = status === 407 || status === 403
  return { message: `the proxy ${proxy} answered ${status} for ${host}: ${remedy}`, isFinal }
}

/** Codes of OpenSSL and Node for certificates that are not accepted. */
const CERTIFICATE =
  /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF|DECODE_ISSUER|DECRYPT_CERT)|CERT_(?!NONE)|ALTNAME_INVALID|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH/

function certificateRemedy(codes: string): string {
  if (/SELF_SIGNED|UNABLE_TO_/.test(codes)) {
    return 'where it is of an authority of your own, name its PEM file in NODE_EXTRA_CA_CERTS'
  }
  if (/ALTNAME|HOSTNAME/.test(codes)) return "it is for another host; check 'api-url' and the proxy"
  return /EXPIRED|NOT_YET_VALID/.test(codes)
    ? 'check its dates and the clock of the runner'
    : 'ask whoever runs the host'
}

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, "no such host was found; check 'api-url' and the DNS of the runner"],
  [/ECONNREFUSED/, 'nothing listens there; check the address'],
  [
    /CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    'check the address, and whether a firewall is in the way or a proxy is needed (https_proxy)',
  ],
]

/** The codes of an error and its causes (`ECONNRESET`, `CERT_HAS_EXPIRED`, …), and the status of a proxy that refused. */
function codesOf(error: unknown): { codes: string[]; proxyStatus: number | undefined } {
  const codes: string[] = []
  let proxyStatus: number | undefined
  for (let at: unknown = error; at instanceof Error && codes.length < 4; at = at.cause) {
    // undici gives the status of a proxy's refusal only in the message.
    const [, status] = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(at.message) ?? []
    if (status !== undefined) proxyStatus ??= Number(status)
    const code: unknown = Reflect.get(at, 'code')
    const name = typeof code === 'string' ? code : at.name
    if (!codes.includes(name)) codes.push(name)
    // Node has one code for all alerts of a handshake; only OpenSSL's text says which it is.
    if (name === 'EPROTO' && /alert no application protocol/.test(at.message)) codes.push('NO_APPLICATION_PROTOCOL')
  }
  return { codes, proxyStatus }
}
