#!/usr/bin/env bash
# After a redirect, two clients turn a DELETE into a GET and report its 200.
#
# The guess: 307 and 308 keep the method by definition, and 301 and 302 change nothing but POST, as in fetch.
# What happens: superagent goes on with GET after 301 and 302; needle does so even after 307 and 308. The GET finds the
# deployment, so the caller gets 200 and the deployment's own JSON, and nothing was deleted.
# Why it matters: an API that moved its host, or a gateway that adds a slash or https, turns a cleanup into a reader that
# reports success. Only a later check shows that everything is still there.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent superagent@10.4.2 needle@3.5.0 axios@1.21.1
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import axios from 'axios'
import needle from 'needle'
import superagent from 'superagent'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
let status
let seen = []
const server = createServer((request, response) => {
  seen.push(request.method)
  const isOld = request.url === '/v1/deployments/d1'
  response.writeHead(isOld ? status : 200, isOld ? { location: '/v2/deployments/d1' } : { 'content-type': 'application/json' })
  response.end(isOld ? '' : '{"id":"d1","status":"RUNNING"}')
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${server.address().port}/v1/deployments/d1`
const clients = {
  fetch: async () => (await fetch(url, { method: 'DELETE' })).status,
  axios: async () => (await axios.delete(url)).status,
  superagent: async () => (await superagent.delete(url)).status,
  needle: async () => (await needle('delete', url, null, { follow_max: 3 })).statusCode,
}
const became = {}
for (const [name, send] of Object.entries(clients)) {
  became[name] = []
  for (status of [301, 302, 307, 308]) {
    seen = []
    assert.equal(await send(), 200)
    became[name].push(seen.at(-1))
  }
  console.log(`${name} ${name === 'fetch' ? process.version : version(name)}: DELETE after 301, 302, 307, 308 is ${became[name].join(', ')}`)
}
server.close()
assert.deepEqual(became, {
  fetch: ['DELETE', 'DELETE', 'DELETE', 'DELETE'],
  axios: ['DELETE', 'DELETE', 'DELETE', 'DELETE'],
  superagent: ['GET', 'GET', 'DELETE', 'DELETE'],
  needle: ['GET', 'GET', 'GET', 'GET'],
})
process.exit()
EOF
node check.mjs
