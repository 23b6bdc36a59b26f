#!/usr/bin/env bash
# A certificate that two libraries read is none for Node, and the other way round.
#
# The guess: PEM is PEM; what a library accepts, TLS accepts.
# What happens: of a certificate on one line (as an unquoted shell variable or an env file leaves it), with indentation, or
# with old Mac line ends, node-forge and mostly jose read everything; Node, and so every TLS connection, reads nothing. With
# the lines that `openssl` prints above a certificate it is jose that fails. Breaks written as backslash and n are read by
# none of them.
# Why it matters: X.509 service keys of SAP AI Core travel through secrets, variables and files on their way into a
# workflow. A check of the key with jose or node-forge passes, and the token request fails for "no start line".
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent node-forge@1.4.3 jose@6.2.17
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { importX509 } from 'jose'
import forge from 'node-forge'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const keys = forge.pki.rsa.generateKeyPair(2048)
const certificate = forge.pki.createCertificate()
certificate.publicKey = keys.publicKey
certificate.validity.notAfter = new Date(Date.now() + 86_400_000)
certificate.setSubject([{ name: 'commonName', value: 'finding' }])
certificate.setIssuer([{ name: 'commonName', value: 'finding' }])
certificate.sign(keys.privateKey, forge.md.sha256.create())
const pem = forge.pki.certificateToPem(certificate).replaceAll('\r', '')

const readers = {
  node: (text) => new X509Certificate(text),
  tls: (text) => createSecureContext({ cert: text }),
  jose: (text) => importX509(text, 'RS256'),
  forge: (text) => forge.pki.certificateFromPem(text),
}
const forms = {
  'as issued': [pem, 'node tls jose forge'],
  'CR and LF': [pem.replaceAll('\n', '\r\n'), 'node tls jose forge'],
  'one line, blanks': [pem.trim().replaceAll('\n', ' '), 'jose forge'],
  'CR alone': [pem.replaceAll('\n', '\r'), 'jose forge'],
  'indented': [pem.replace(/^(?=.)/gm, '    '), 'forge'],
  'text above': [`subject=CN = finding\nissuer=CN = finding\n${pem}`, 'node tls forge'],
  'backslash n': [pem.trim().replaceAll('\n', '\\n'), ''],
}
console.log(`node ${process.version}, jose ${version('jose')}, node-forge ${version('node-forge')}`)
for (const [form, [text, expected]] of Object.entries(forms)) {
  const able = []
  for (const [name, read] of Object.entries(readers)) {
    try {
      await read(text)
      able.push(name)
    } catch {
      // Not able to.
    }
  }
  console.log(`${form}: read by ${able.join(', ') || 'none'}`)
  assert.equal(able.join(' '), expected)
}
EOF
node check.mjs
