#!/usr/bin/env bash
# Without an ID, two clients still send a DELETE: to a literal placeholder, or to the collection.
#
# The guess: a path such as /deployments/{id} without a value for `id` is an error before anything is sent.
# What happens: openapi-fetch leaves the placeholder where it is and asks to delete the deployment named `{id}`; Octokit
# takes the whole last segment away, slash included, and sends DELETE to the list. url-template, an RFC 6570 engine, leaves
# the slash. swagger-client is the one that refuses.
# Why it matters: an output that came out empty is the commonest mistake in a workflow. All three requests are answered 404
# or 405, and a cleanup that reads 404 as "already gone" ends green having deleted nothing.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent \
  openapi-fetch@0.17.0 @octokit/core@7.0.8 url-template@3.1.1 swagger-client@3.38.4
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Octokit } from '@octokit/core'
import createClient from 'openapi-fetch'
import SwaggerClient from 'swagger-client'
import { parseTemplate } from 'url-template'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
let sent = []
const fetch = async (input, init) => {
  const request = new Request(input, init)
  sent.push(`${request.method} ${new URL(request.url).pathname}`)
  return new Response('{}', { status: 404, headers: { 'content-type': 'application/json' } })
}
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const api = createClient({ baseUrl: 'http://api.test', fetch })
const octokit = new Octokit({ baseUrl: 'http://api.test', log: quiet, request: { fetch } })
const spec = {
  openapi: '3.0.3', info: { title: 'deployments', version: '1' }, servers: [{ url: 'http://api.test' }],
  paths: { '/deployments/{id}': { delete: {
    operationId: 'remove', responses: { 202: { description: 'accepted' } },
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
  } } },
}
const swagger = await SwaggerClient({ spec })
const clients = {
  'openapi-fetch': (id) => api.DELETE('/deployments/{id}', { params: { path: { id } } }),
  '@octokit/core': (id) => octokit.request('DELETE /deployments/{id}', { id }),
  'url-template': async (id) => { sent.push(`DELETE ${parseTemplate('/deployments/{id}').expand({ id })}`) },
  'swagger-client': async (id) => swagger.execute({ operationId: 'remove', parameters: { id }, userFetch: fetch }),
}
const expected = {
  'openapi-fetch': ['DELETE /deployments/%7Bid%7D', 'DELETE /deployments/'],
  '@octokit/core': ['DELETE /deployments', 'DELETE /deployments'],
  'url-template': ['DELETE /deployments/', 'DELETE /deployments/'],
  'swagger-client': ['nothing', undefined],
}
for (const [name, remove] of Object.entries(clients)) {
  for (const [index, id] of [undefined, ''].entries()) {
    if (expected[name][index] === undefined) continue
    sent = []
    await remove(id).catch(() => {})
    const found = sent.join(', ') || 'nothing'
    console.log(`${name} ${version(name)}, id ${id === '' ? "''" : id}: sends ${found}`)
    assert.equal(found, expected[name][index])
  }
}
EOF
node check.mjs
