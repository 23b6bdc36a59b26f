#!/usr/bin/env bash
# GitHub's own HTTP client answers "303 See Other" to a DELETE by deleting what it was pointed at.
#
# The guess: 303 means "look there", so every client goes on with GET, as RFC 9110 (15.4.4) says and as fetch does.
# What happens: @actions/http-client repeats the method. A DELETE of a deployment that is answered with 303 and the address
# of the operation becomes a DELETE of that operation, and its 200 is what the caller sees. A PATCH is sent again with its
# body. And where `Location` is relative, as it may be, the client throws "Invalid URL" although the first DELETE was
# carried out.
# Why it matters: asynchronous deletion is often answered by the address of an operation. An action that uses the toolkit's
# client cancels or deletes that operation, or reports a failure for a deletion that went through.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent @actions/http-client@4.0.1
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { HttpClient } from '@actions/http-client'

console.log('@actions/http-client', JSON.parse(readFileSync('node_modules/@actions/http-client/package.json', 'utf8')).version)
const seen = []
let location
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (piece) => { body += piece })
  request.on('end', () => {
    seen.push(`${request.method} ${request.url}${body}`)
    if (request.url === '/deployments/d1') response.writeHead(303, { location })
    response.end('{}')
  })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

async function ask(name, send) {
  seen.length = 0
  const outcome = await send().then((status) => `status ${status}`, (error) => error.message)
  console.log(`${name}: ${seen.join(', then ')}; ${outcome}`)
  return { outcome, seen: [...seen] }
}
const toolkit = (method, body) => async () =>
  (await new HttpClient('finding').request(method, `${origin}/deployments/d1`, body)).message.statusCode

location = `${origin}/operations/o1`
const fetched = await ask('fetch', async () => (await fetch(`${origin}/deployments/d1`, { method: 'DELETE' })).status)
const deleted = await ask('toolkit', toolkit('DELETE', null))
const patched = await ask('toolkit', toolkit('PATCH', '{"a":1}'))
location = '/operations/o1'
const relative = await ask('toolkit, relative Location', toolkit('DELETE', null))
server.close()

assert.deepEqual(fetched.seen, ['DELETE /deployments/d1', 'GET /operations/o1'])
assert.deepEqual(deleted, { outcome: 'status 200', seen: ['DELETE /deployments/d1', 'DELETE /operations/o1'] })
assert.deepEqual(patched.seen, ['PATCH /deployments/d1{"a":1}', 'PATCH /operations/o1{"a":1}'])
assert.deepEqual(relative, { outcome: 'Invalid URL', seen: ['DELETE /deployments/d1'] })
process.exit()
EOF
node check.mjs
