#!/usr/bin/env bash
# action-input-parser takes an empty input from whatever variable of the job has the input's name.
#
# The guess: `getInput('name')` reads INPUT_NAME; an empty input is the default or undefined.
# What happens: where the input is empty it reads the variable `name`, spelled as the key is, before it thinks of the
# default. A workflow with `env: { name: production }` fills an input that its expression left empty. `Infinity` is a
# number to it, and a boolean that came out empty is its default.
# Why it matters: IDs, names and regions are what people keep in `env`. An input that is empty must not select anything,
# and here it selects what another step was configured with.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent action-input-parser@1.2.38 @actions/core@3.0.1
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { getInput as coreInput } from '@actions/core'
import parser from 'action-input-parser'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
Object.assign(process.env, { INPUT_NAME: '', name: 'production', 'INPUT_MAX-DELETIONS': 'Infinity', 'INPUT_DRY-RUN': '' })
const real = coreInput('name')
const found = parser.getInput('name', { default: 'pr-*' })
const most = parser.getInput('max-deletions', { type: 'number' })
const dryRun = parser.getInput('dry-run', { type: 'boolean', default: false })
console.log(`@actions/core ${version('@actions/core')}: name is '${real}'`)
console.log(`action-input-parser ${version('action-input-parser')}: name is '${found}', max-deletions ${most}, dry-run ${dryRun}`)
assert.equal(real, '')
assert.equal(found, 'production')
assert.equal(most, Number.POSITIVE_INFINITY)
assert.equal(dryRun, false)
EOF
node check.mjs
