#!/usr/bin/env bash
# For one SAP service key, OAuth clients send three different Basic headers, and only some can be right.
#
# The guess: HTTP Basic is base64 of `id:secret`, and every client of the same grant sends the same bytes.
# What happens: RFC 6749 (2.3.1) wants both parts form-encoded first. SAP's client IDs have `!` and `|`, its secrets `$` and
# `=`, so it matters: oauth4webapi escapes every character but letters and digits, even `-`; simple-oauth2 leaves `-` and
# `~`; @badgateway/oauth2-client escapes nothing. The token service SAP's is built on did not decode them for years
# (cloudfoundry/uaa#778), and no client sends the header by which it can be asked to.
# Why it matters: a valid service key is answered "401 bad credentials", and people rotate keys that were fine. In the body
# (`client_id`, `client_secret` as form fields) there is only one spelling, and every service reads it.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent \
  oauth4webapi@3.8.8 simple-oauth2@5.1.0 @badgateway/oauth2-client@3.3.1
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { OAuth2Client } from '@badgateway/oauth2-client'
import * as oauth from 'oauth4webapi'
import simple from 'simple-oauth2'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
// Shaped like the ones of a service key, and made up.
const id = 'sb-0f3a-77!b1234|aicore!b540'
const secret = '5c1e-9b$Qm7kT-x='
let asked
const service = createServer((request, response) => {
  asked = request.headers
  request.resume()
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"access_token":"t","token_type":"bearer","expires_in":43199}')
})
await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${service.address().port}`
const server = { issuer: origin, token_endpoint: `${origin}/oauth/token` }
const clients = {
  oauth4webapi: () =>
    oauth.clientCredentialsGrantRequest(server, { client_id: id }, oauth.ClientSecretBasic(secret), new URLSearchParams(), {
      [oauth.allowInsecureRequests]: true,
    }),
  'simple-oauth2': () => new simple.ClientCredentials({ client: { id, secret }, auth: { tokenHost: origin } }).getToken({}),
  '@badgateway/oauth2-client': () =>
    new OAuth2Client({ server: origin, clientId: id, clientSecret: secret, tokenEndpoint: '/oauth/token' }).clientCredentials(),
}
const sent = {}
for (const [name, ask] of Object.entries(clients)) {
  await ask()
  sent[name] = Buffer.from(asked.authorization.replace('Basic ', ''), 'base64').toString()
  console.log(`${name} ${version(name)}: ${sent[name]}`)
  assert.equal(asked['x-cf-encoded-credentials'], undefined)
}
service.close()
assert.deepEqual(sent, {
  oauth4webapi: 'sb%2D0f3a%2D77%21b1234%7Caicore%21b540:5c1e%2D9b%24Qm7kT%2Dx%3D',
  'simple-oauth2': 'sb-0f3a-77%21b1234%7Caicore%21b540:5c1e-9b%24Qm7kT-x%3D',
  '@badgateway/oauth2-client': `${id}:${secret}`,
})
process.exit()
EOF
node check.mjs
