#!/usr/bin/env bash
# In the core of Alibaba Cloud's JavaScript SDKs, `autoretry` retries nothing, and a backoff of 100 ms waits two minutes.
#
# The guess: RuntimeOptions with `autoretry` and `maxAttempts` repeat a failed call. An exponential backoff with a period of
# 100 waits 200, 400, 800 ms.
# What happens: only `retryOptions` of the configuration retry; `autoretry` is carried along and never read. And the period
# stands in the exponent: 2 to the power of (attempt x period) milliseconds. So 1 means 2 ms, 10 means one second and then
# the ceiling, and 100 the ceiling at once, which is two minutes. The jittered policies do the same; `Fixed` and `Random`
# mean milliseconds.
# Why it matters: a throttled cleanup either gives up at the first 429 or sleeps past the timeout of its job.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent @alicloud/openapi-core@1.0.8 @darabonba/typescript@1.0.5
cat >check.cjs <<'EOF'
const assert = require('node:assert/strict')
const { createServer } = require('node:http')
const { default: Client, $OpenApiUtil } = require('@alicloud/openapi-core')
const { getBackoffDelay, RetryOptions, RetryPolicyContext, RuntimeOptions } = require('@darabonba/typescript')

const version = (name) => require(`./node_modules/${name}/package.json`).version
console.log(`@alicloud/openapi-core ${version('@alicloud/openapi-core')}, @darabonba/typescript ${version('@darabonba/typescript')}`)

const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingError', code: 'Throttling' })
function delays(policy, period) {
  const condition = { maxAttempts: 4, exception: [], errorCode: ['Throttling'], backoff: { policy, period } }
  const options = new RetryOptions({ retryable: true, retryCondition: [condition] })
  return [1, 2, 3].map((retriesAttempted) =>
    getBackoffDelay(options, new RetryPolicyContext({ retriesAttempted, exception: throttled })))
}
const expected = [
  ['Exponential', 1, [2, 4, 8]],
  ['Exponential', 10, [1024, 120_000, 120_000]],
  ['Exponential', 100, [120_000, 120_000, 120_000]],
  ['Fixed', 100, [100, 100, 100]],
]
for (const [policy, period, wanted] of expected) {
  const found = delays(policy, period)
  console.log(`${policy} with period ${period}: waits ${found.join(', ')} ms`)
  assert.deepEqual(found, wanted)
}
async function main() {
  let requests = 0
  const server = createServer((_request, response) => {
    requests++
    response.writeHead(429, { 'content-type': 'application/json' })
    response.end('{"code":"Throttling","message":"slow down"}')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = new Client(new $OpenApiUtil.Config({
    accessKeyId: 'id', accessKeySecret: 'secret', protocol: 'HTTP', endpoint: `127.0.0.1:${server.address().port}`,
  }))
  const call = new $OpenApiUtil.Params({
    action: 'ListThings', version: '2023-12-29', protocol: 'HTTP', pathname: '/things', method: 'GET',
    authType: 'AK', style: 'ROA', reqBodyType: 'json', bodyType: 'json',
  })
  const runtime = new RuntimeOptions({ autoretry: true, maxAttempts: 3, backoffPolicy: 'Fixed', backoffPeriod: 1 })
  const error = await client.callApi(call, new $OpenApiUtil.OpenApiRequest({}), runtime).catch((reason) => reason)
  console.log(`autoretry with 3 attempts: ${requests} request, ends as ${error.name}`)
  assert.equal(requests, 1)
  assert.equal(error.name, 'ThrottlingError')
  process.exit()
}
main()
EOF
node check.cjs
