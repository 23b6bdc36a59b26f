#!/usr/bin/env bash
# SAP's AI SDK sends one tenant's deployment ID to another tenant, and goes on using a deployment it has itself deleted.
#
# The guess: a client that is given a destination finds its deployment there, and notices when it is gone.
# What happens: the ID found for a scenario and a resource group is kept for five minutes under those two alone. The
# destination is no part of the key, so a second tenant is asked for the first one's deployment and answers 404. A delete
# with the same SDK does not clear the entry, and after a 404 it is used again.
# Why it matters: who tears down several tenants in one process, or deploys, tests and deletes in turns, sees 404s that
# have nothing to do with what exists. They must not be read as "already deleted".
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent @sap-ai-sdk/orchestration@2.16.0 @sap-ai-sdk/ai-api@2.16.0
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { DeploymentApi } from '@sap-ai-sdk/ai-api'
import { OrchestrationClient } from '@sap-ai-sdk/orchestration'

console.log('@sap-ai-sdk/orchestration', JSON.parse(readFileSync('node_modules/@sap-ai-sdk/orchestration/package.json', 'utf8')).version)
const TIME = '2026-01-01T00:00:00Z'
const group = { 'AI-Resource-Group': 'default' }
const answer = (content) => {
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }]
  const result = { id: 'r1', object: 'chat.completion', created: 1, model: 'm', choices, usage: {} }
  return { request_id: 'r1', intermediate_results: {}, final_result: result }
}
/** A tenant with one orchestration deployment, which can be deleted and made anew. */
async function tenant(name, id) {
  const seen = []
  let deployment = id
  const server = createServer((request, response) => {
    request.resume()
    const { pathname } = new URL(request.url, 'http://tenant')
    seen.push(`${request.method} ${pathname}`)
    response.setHeader('content-type', 'application/json')
    if (pathname === '/v2/lm/deployments') {
      const found = { id: deployment, configurationId: 'c1', scenarioId: 'orchestration', status: 'RUNNING', createdAt: TIME, modifiedAt: TIME }
      response.end(JSON.stringify({ count: 1, resources: [found] }))
    } else if (request.method === 'DELETE') {
      deployment = `${id}-anew`
      response.writeHead(202).end(JSON.stringify({ id, message: 'scheduled' }))
    } else if (pathname.includes(`/${deployment}/`)) response.end(JSON.stringify(answer(`hello from ${name}`)))
    else response.writeHead(404).end('{"error":{"code":"404","message":"unknown deployment"}}')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { seen, destination: { url: `http://127.0.0.1:${server.address().port}`, authentication: 'NoAuthentication' } }
}
const config = { promptTemplating: { model: { name: 'm' }, prompt: { template: [{ role: 'user', content: 'hello' }] } } }
const ask = async ({ destination }) => {
  try {
    return (await new OrchestrationClient(config, { resourceGroup: 'default' }, destination).chatCompletion()).getContent()
  } catch (error) {
    return error.message
  }
}
const first = await tenant('the first tenant', 'd-first')
const second = await tenant('the second tenant', 'd-second')

console.log('first tenant:', await ask(first))
console.log('second tenant:', await ask(second), second.seen.join(', '))
assert.deepEqual(second.seen, ['POST /v2/inference/deployments/d-first/v2/completion'])

await DeploymentApi.deploymentDelete('d-first', group).execute(first.destination)
const outcomes = [await ask(first), await ask(first)]
console.log(`first tenant after its deployment was deleted and made anew: ${outcomes.join(' ')} ${first.seen.slice(2).join(', ')}`)
assert.deepEqual(outcomes, Array(2).fill('Request failed with status code 404.'))
assert.deepEqual(first.seen.slice(3), Array(2).fill('POST /v2/inference/deployments/d-first/v2/completion'))
process.exit()
EOF
node check.mjs
