#!/usr/bin/env bash
# For Alibaba Cloud's JavaScript core, deleted, not found and forbidden are the same SyntaxError.
#
# The guess: an answer without JSON still has its status: 204 is a success, 404 and 403 are errors that tell which.
# What happens: @alicloud/openapi-core parses the body of every answer as JSON, of errors too, and drops the rest where that
# fails. An empty 204, 404 or 302 and the HTML page of a gateway with 403 end as a SyntaxError without status or code.
# Why it matters: a cleanup must tell "gone" from "not allowed". Here one may not even conclude that a failed call failed:
# the 204 had deleted the thing.
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
const { RuntimeOptions } = require('@darabonba/typescript')

console.log('@alicloud/openapi-core', require('./node_modules/@alicloud/openapi-core/package.json').version)
const answers = [
  ['204 without a body', 204, {}, ''],
  ['404 without a body', 404, {}, ''],
  ['302 without a body', 302, { location: '/elsewhere' }, ''],
  ['403 with HTML', 403, { 'content-type': 'text/html' }, '<h1>Forbidden</h1>'],
  ['403 with JSON', 403, { 'content-type': 'application/json' }, '{"code":"AccessDenied","message":"no"}'],
]
async function main() {
  let answer
  const server = createServer((_request, response) => {
    response.writeHead(answer[1], answer[2])
    response.end(answer[3])
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = new Client(new $OpenApiUtil.Config({
    accessKeyId: 'id', accessKeySecret: 'secret', protocol: 'HTTP', endpoint: `127.0.0.1:${server.address().port}`,
  }))
  const call = new $OpenApiUtil.Params({
    action: 'DeleteThing', version: '2023-12-29', protocol: 'HTTP', pathname: '/things/t1', method: 'DELETE',
    authType: 'AK', style: 'ROA', reqBodyType: 'json', bodyType: 'json',
  })
  for (answer of answers) {
    const [name] = answer
    const error = await client.callApi(call, new $OpenApiUtil.OpenApiRequest({}), new RuntimeOptions({})).catch((reason) => reason)
    console.log(`${name}: ${error.name}, statusCode ${error.statusCode}, code ${error.code}`)
    const isToldApart = name === '403 with JSON'
    assert.equal(error.name === 'SyntaxError', !isToldApart)
    assert.equal(error.statusCode, isToldApart ? 403 : undefined)
  }
  process.exit()
}
main()
EOF
node check.cjs
