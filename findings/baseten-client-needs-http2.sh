#!/usr/bin/env bash
# Baseten's own npm client cannot talk to a server that speaks HTTP/1.1, and drops the good answers of a batch with a bad one.
#
# The guess: an HTTP client that is given an http:// address works against any HTTP server; and a batch gives each item its
# answer or its error.
# What happens: @basetenlabs/performance-client begins with HTTP/2 frames, without asking. A plain Node server, a mock or a
# gateway on HTTP/1.1 never sees a request, and the client blames an expired connection. Against an HTTP/2 server it works;
# there, one 404 of three rejects the whole batch, although the other requests were carried out.
# Why it matters: what is tested against a local double of Baseten cannot include the client that people use beside a
# cleanup, and a warm-up of several models says nothing of those that answered.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent @basetenlabs/performance-client@0.0.10
cat >check.cjs <<'EOF'
const assert = require('node:assert/strict')
const http = require('node:http')
const http2 = require('node:http2')
const { PerformanceClient } = require('@basetenlabs/performance-client')

console.log('@basetenlabs/performance-client', require('./node_modules/@basetenlabs/performance-client/package.json').version)
async function batch(protocol, payloads) {
  let requests = 0
  const server = protocol.createServer((request, response) => {
    requests++
    let body = ''
    request.on('data', (piece) => { body += piece })
    request.on('end', () => {
      response.writeHead(JSON.parse(body).model === 'gone' ? 404 : 200, { 'content-type': 'application/json' })
      response.end('{"ready":true}')
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = new PerformanceClient(`http://127.0.0.1:${server.address().port}`, 'key')
  const outcome = await client.batchPost('/warm', payloads, 4, 10).then(
    ({ data }) => `${data.length} answers`,
    (error) => error.message.replaceAll(/\s+/g, ' '),
  )
  // What is still under way arrives.
  await new Promise((resolve) => setTimeout(resolve, 300))
  return { requests, outcome }
}
async function main() {
  const items = ['a', 'b'].map((model) => ({ model }))
  const old = await batch(http, items)
  console.log(`HTTP/1.1: ${old.requests} requests seen; ${old.outcome}`)
  assert.equal(old.requests, 0)
  assert.match(old.outcome, /^error sending request/)
  const all = await batch(http2, items)
  console.log(`HTTP/2: ${all.requests} requests seen; ${all.outcome}`)
  assert.deepEqual(all, { requests: 2, outcome: '2 answers' })
  const some = await batch(http2, [...items, { model: 'gone' }])
  console.log(`HTTP/2, one of three is refused: ${some.requests} requests seen; ${some.outcome}`)
  assert.ok(some.requests > 1)
  assert.match(some.outcome, /404 Not Found/)
  process.exit()
}
main()
EOF
node check.cjs
