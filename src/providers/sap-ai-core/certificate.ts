import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { ClientIdentity } from '../../http/transport.ts'
import type { FindSecrets } from '../settings-reader.ts'

/**
 * A certificate and its private key, as PEM with real or with two-character line breaks (`\\n`, as JSON and variables often
 * have them). Gives them ready to use, or what is wrong in words without a value of it: unreadable, not belonging together,
 * not valid yet, or expired, which SAP's are after seven days by default. `now` in Unix ms.
 */
export function readIdentity(certificateText: string, keyText: string, now: number): ClientIdentity | string {
  const certificate = withLineBreaks(certificateText)
  const key = withLineBreaks(keyText)
  let x509: X509Certificate
  try {
    x509 = new X509Certificate(certificate)
  } catch {
    return 'has a certificate that cannot be read as PEM'
  }
  if (x509.validToDate.getTime() < now) {
    const since = x509.validToDate.toISOString().slice(0, 10)
    return `has a certificate that expired on ${since}; create a new service key (they are valid for 7 days unless told otherwise)`
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

/** PEM with real line breaks. */
export function withLineBreaks(pem: string): string {
  return `${pem.replaceAll('\\r', '').replaceAll('\\n', '\n').trim()}\n`
}

/** A private key as it stands there and as it is used, which differ in their line breaks. */
export const privateKeySecrets: FindSecrets = (text) => [text, withLineBreaks(text)]
