#!/usr/bin/env bash
# openapi-fetch reports a refused request without a body as no error.
#
# The guess: `const { data, error } = await client.DELETE(...)` sets `error` for every status that is not 2xx; that is what
# its documentation shows to check.
# What happens: `error` is undefined for a 401, 403, 404 or 503 with Content-Length 0, and the empty text without that
# header. Both are falsy, and `data` is undefined as it is after a 204. Only `response.ok` tells.
# Why it matters: gateways refuse without a body. Code that checks `if (error)` counts a deployment as deleted that the
# gateway never let through.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent openapi-fetch@0.17.0
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import createClient from 'openapi-fetch'

console.log('openapi-fetch', JSON.parse(readFileSync('node_modules/openapi-fetch/package.json', 'utf8')).version)
let answer
const client = createClient({ baseUrl: 'http://api.test', fetch: async () => answer })
const remove = () => client.DELETE('/lm/deployments/{id}', { params: { path: { id: 'd1' } } })
const shown = (value) => (value === undefined ? 'undefined' : JSON.stringify(value))

for (const status of [204, 401, 403, 404, 503]) {
  for (const headers of status === 204 ? [{}] : [{ 'content-length': '0' }, {}]) {
    answer = new Response(status === 204 ? null : '', { status, headers })
    const { data, error, response } = await remove()
    console.log(`HTTP ${status} ${JSON.stringify(headers)}: error ${shown(error)}, data ${shown(data)}, response.ok ${response.ok}`)
    assert.equal(Boolean(error), false)
    assert.equal(data, undefined)
    assert.equal(response.ok, status === 204)
  }
}
answer = new Response('RBAC: access denied', { status: 403 })
assert.equal((await remove()).error, 'RBAC: access denied')
EOF
node check.mjs
