import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { ClientIdentity } from '../../http/transport.ts'
import type { FindSecrets } from '../settings-reader.ts'

/**
 * A certificate and its private key, as PEM in the forms that JSON, shells, `.env` files and YAML leave behind. Gives them ready to
 * use, or what is wrong in words without a value of it: unreadable, not belonging together, not valid yet, or expired, which SAP's
 * are after seven days by default. `now` in Unix ms.
 */
export function readIdentity(certificateText: string, keyText: string, now: number): ClientIdentity | string {
  const certificate = plainPem(certificateText)
  const key = plainPem(keyText)
  let x509: X509Certificate
  try {
    x509 = new X509Certificate(certificate)
  } catch {
    return 'has a certificate that cannot be read as PEM'
  }
  if (x509.validToDate.getTime() < now) {
    const since = x509.validToDate.toISOString().slice(0, 10)
    return `has a certificate that expired on ${since}; create a new service key (its certificate is valid for 7 days by default)`
  }
  if (x509.validFromDate.getTime() > now) {
    return `has a certificate that is not valid before ${x509.validFromDate.toISOString().slice(0, 10)}`
  }
  try {
    if (!x509.checkPrivateKey(createPrivateKey(key))) return 'has a private key that does not belong to its certificate'
  } catch {
    return 'has a private key that cannot be read as PEM'
  }
  return { certificate, key }
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g

/** PEM with lines of 64 characters, whatever stood between its characters: blanks, `\\n`, indentation, CR alone, quotes around it. */
export function plainPem(text: string): string {
  const unescaped = withLineBreaks(text)
  const blocks = [...unescaped.matchAll(PEM_BLOCK)].map(([, label, body = '']) => {
    const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? []
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
  })
  return blocks.length === 0 ? `${unescaped.trim()}\n` : blocks.join('')
}

function withLineBreaks(text: string): string {
  return text.replace(/\\[rn]/g, '\n')
}

/** A private key as it is given, with its line breaks, and as it is used: their lines differ, and the runner masks lines. */
export const privateKeySecrets: FindSecrets = (text) => [text, withLineBreaks(text), plainPem(text)]
