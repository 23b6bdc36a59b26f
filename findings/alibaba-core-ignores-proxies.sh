#!/usr/bin/env bash
# The core of Alibaba Cloud's JavaScript SDKs has options for proxies, and sends everything past them.
#
# The guess: `httpProxy` and `httpsProxy` of the configuration or of a call, which the older core's documentation has too,
# send the requests through that proxy; otherwise HTTPS_PROXY does.
# What happens: @alicloud/openapi-core, under every product client of today, takes the options, carries them along and never
# uses them. The request goes straight to the endpoint, and so it does with the variables set.
# Why it matters: on a self-hosted runner behind a proxy the client waits for its timeout, and neither the error nor the
# configuration gives a hint, since the proxy was named in all three places.
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

const version = (name) => require(`./node_modules/${name}/package.json`).version
const listen = (handler) => new Promise((resolve) => {
  const server = createServer(handler).listen(0, '127.0.0.1', () => resolve(server))
})
async function main() {
  const seen = { endpoint: 0, proxy: 0 }
  const answer = (who) => (_request, response) => {
    seen[who]++
    response.setHeader('content-type', 'application/json')
    response.end('{"ok":true}')
  }
  const endpoint = await listen(answer('endpoint'))
  const proxy = await listen(answer('proxy'))
  proxy.on('connect', (_request, socket) => { seen.proxy++; socket.destroy() })
  const httpProxy = `http://127.0.0.1:${proxy.address().port}`
  for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name]
  Object.assign(process.env, { http_proxy: httpProxy, HTTP_PROXY: httpProxy, https_proxy: httpProxy, HTTPS_PROXY: httpProxy })

  const client = new Client(new $OpenApiUtil.Config({
    accessKeyId: 'id', accessKeySecret: 'secret', protocol: 'HTTP', endpoint: `127.0.0.1:${endpoint.address().port}`,
    httpProxy, httpsProxy: httpProxy,
  }))
  const call = new $OpenApiUtil.Params({
    action: 'DeleteThing', version: '2023-12-29', protocol: 'HTTP', pathname: '/things/t1', method: 'DELETE',
    authType: 'AK', style: 'ROA', reqBodyType: 'json', bodyType: 'json',
  })
  const runtime = new RuntimeOptions({ httpProxy, httpsProxy: httpProxy })
  await client.callApi(call, new $OpenApiUtil.OpenApiRequest({}), runtime)
  console.log(`@alicloud/openapi-core ${version('@alicloud/openapi-core')}, @darabonba/typescript ${version('@darabonba/typescript')}`)
  console.log(`Proxy in configuration, call and environment: ${seen.proxy} requests through it, ${seen.endpoint} past it`)
  assert.deepEqual(seen, { endpoint: 1, proxy: 0 })
  process.exit()
}
main()
EOF
node check.cjs
