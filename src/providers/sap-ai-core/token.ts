import * as v from 'valibot'
import type { Http } from '../../http/client.ts'
import type { ClientIdentity } from '../../http/transport.ts'
import type { Clock } from '../../lib/clock.ts'
import { ProviderError } from '../errors.ts'
import { describe, isSuccess } from '../shared/response.ts'
import { lenientString, parseBody } from '../shared/schema.ts'

/** How to get a token: one ready to use, or OAuth client credentials, proven by a secret or by a certificate (mutual TLS). */
export type SapAuth =
  | { kind: 'token'; token: string }
  | { kind: 'secret'; tokenUrl: URL; clientId: string; clientSecret: string }
  | { kind: 'certificate'; tokenUrl: URL; clientId: string; identity: ClientIdentity }

/** The source of bearer tokens. */
export interface SapTokens {
  /** A token that is not about to expire, as far as is known. */
  current(): Promise<string>
  /** The token at hand, if it is still good; no request is sent for it. */
  held(): string | undefined
  /** After a 401 for `refused`: true if another token is at hand now, so that one repetition makes sense. */
  renew(refused: string): Promise<boolean>
}

const TOKEN = v.object({
  // It goes into a header: anything but visible ASCII is no token.
  access_token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
  expires_in: v.fallback(v.optional(v.number()), undefined),
})
const OAUTH_ERROR = v.object({ error: lenientString, error_description: lenientString })

/** SAP documents 7199 s of validity and tests show 43200 s; the answer's own number counts, less this margin. */
const EXPIRY_MARGIN_MS = 60_000

export function createSapTokens(
  auth: SapAuth,
  http: Http,
  clock: Clock,
  onSecret: (secret: string) => void,
): SapTokens {
  if (auth.kind === 'token')
    return { current: async () => auth.token, held: () => auth.token, renew: async () => false }

  let held: { token: string; goodUntil: number } | undefined
  let underWay: Promise<string> | undefined

  const fetchToken = async (): Promise<string> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: auth.clientId,
      ...(auth.kind === 'secret' ? { client_secret: auth.clientSecret } : {}),
    })
    // A token request changes nothing, so it may be repeated like a read although it is a POST.
    const answer = await http.read({
      method: 'POST',
      isSecret: true,
      url: auth.tokenUrl,
      ...(auth.kind === 'certificate' ? { identity: auth.identity } : {}),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    })
    if (!isSuccess(answer)) {
      const error = v.safeParse(OAUTH_ERROR, answer.body)
      const complaint = error.success ? { code: error.output.error, message: error.output.error_description } : {}
      const hint = "Check 'service-key': the key may have been deleted or rotated, or its url may be wrong"
      throw new ProviderError('account', `SAP gave no token: ${describe(answer, complaint)}. ${hint}`, answer.exchange)
    }
    const { access_token, expires_in } = parseBody(TOKEN, answer)
    onSecret(access_token)
    held = { token: access_token, goodUntil: clock.now() + usableMs(expires_in) }
    return access_token
  }

  const good = () => (held !== undefined && clock.now() < held.goodUntil ? held.token : undefined)

  const refresh = (): Promise<string> => {
    underWay ??= fetchToken().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  return {
    current: async () => good() ?? refresh(),
    held: good,
    async renew(refused) {
      if (held === undefined || held.token === refused) await refresh()
      return held?.token !== refused
    },
  }
}

/** How long a token is used: never until it expires, or until it is refused if the answer gives no validity. */
function usableMs(expiresInS: number | undefined): number {
  if (expiresInS === undefined) return Number.POSITIVE_INFINITY
  return Math.max(expiresInS * 1000 - EXPIRY_MARGIN_MS, expiresInS * 500)
}
