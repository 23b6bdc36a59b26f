#!/usr/bin/env bash
# Octokit's retry plugin repeats a POST after a 502, and a 503 at its own time and not at the server's.
#
# The guess: only what may be repeated safely is repeated, and Retry-After is obeyed.
# What happens: every method is sent again after any error but a few 4xx, so a comment whose answer got lost on the way is
# written twice, and a DELETE that worked the first time ends as an error 404. Retry-After is not read at all: the second
# try comes after one second, also when the server asked for 30.
# Why it matters: the plugin is in Probot, in github-script (for `retries`) and in many cleanup actions. Comments and deployment
# statuses appear twice, and "not found" may mean "deleted by our own first try".
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent @octokit/core@7.0.8 @octokit/plugin-retry@8.1.1
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Octokit } from '@octokit/core'
import { retry } from '@octokit/plugin-retry'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
console.log(`@octokit/core ${version('@octokit/core')}, @octokit/plugin-retry ${version('@octokit/plugin-retry')}`)
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const json = (status, body, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/** A repository where the first request is carried out, but answered by a gateway with `status`. */
function repository(status) {
  const comments = []
  const deployments = new Set(['1'])
  const times = []
  const fetch = async (url, { method, body }) => {
    times.push(performance.now())
    const isThere = deployments.delete(new URL(url).pathname.split('/').at(-1))
    if (method === 'POST') comments.push(JSON.parse(body).body)
    if (times.length === 1) return json(status, { message: 'try later' }, { 'retry-after': '30' })
    return method === 'POST' ? json(201, {}) : json(isThere ? 200 : 404, {})
  }
  const octokit = new (Octokit.plugin(retry))({ log: quiet, request: { fetch } })
  return { octokit, comments, times }
}
const target = { owner: 'o', repo: 'r' }

const posted = repository(502)
await posted.octokit.request('POST /repos/{owner}/{repo}/issues/7/comments', { ...target, body: 'Deleted 3 deployments' })
console.log(`POST after 502: ${posted.comments.length} comments were written`)
assert.deepEqual(posted.comments, ['Deleted 3 deployments', 'Deleted 3 deployments'])

const deleted = repository(503)
const error = await deleted.octokit.request('DELETE /repos/{owner}/{repo}/deployments/1', target).catch((reason) => reason)
const waited = deleted.times[1] - deleted.times[0]
console.log(`DELETE after 503 with Retry-After 30: sent again after ${Math.round(waited)} ms, ends as ${error.status}`)
assert.equal(error.status, 404)
assert.ok(waited < 5000)
process.exit()
EOF
node check.mjs
