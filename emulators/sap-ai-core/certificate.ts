import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A certificate with its private key, both as PEM. */
export interface Certificate {
  cert: string
  key: string
}

/** When a certificate is valid; UTC as `YYMMDDhhmmssZ`. */
export interface Validity {
  from: string
  to: string
}

/**
 * Makes a self-signed certificate that is its own authority, for 127.0.0.1 and localhost: as a server's, as the one of an
 * X.509 service key, or as the `ca` that vouches for either. Made anew each time, so that no key lies in the repository.
 */
export function selfSigned(commonName: string, validity: Partial<Validity> = {}): Certificate {
  // Far wider than any clock, true or faked.
  const { from = '000101000000Z', to = '491231235959Z' } = validity
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(commonName)))))
  const serial = randomBytes(8)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial),
    sequence(oid(ECDSA_SHA256)),
    name,
    sequence(der(0x17, Buffer.from(from)), der(0x17, Buffer.from(to))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basicConstraints(), alternativeNames())),
  )
  const signature = sign('sha256', content, privateKey)
  const whole = sequence(content, sequence(oid(ECDSA_SHA256)), der(0x03, Buffer.of(0), signature))
  return { cert: pem(whole), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

// Object identifiers in their encoded form: 2.5.4.3, 1.2.840.10045.4.3.2, 2.5.29.19 and 2.5.29.17 (RFC 5280, RFC 5758).
const COMMON_NAME = '550403'
const ECDSA_SHA256 = '2a8648ce3d040302'
const BASIC_CONSTRAINTS = '551d13'
const SUBJECT_ALT_NAME = '551d11'

function basicConstraints(): Buffer {
  const isAuthority = sequence(der(0x01, Buffer.of(0xff)))
  return sequence(oid(BASIC_CONSTRAINTS), der(0x01, Buffer.of(0xff)), der(0x04, isAuthority))
}

function alternativeNames(): Buffer {
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.of(127, 0, 0, 1)))
  return sequence(oid(SUBJECT_ALT_NAME), der(0x04, names))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function set(...parts: Buffer[]): Buffer {
  return der(0x31, ...parts)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

/** One DER element: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
