#!/usr/bin/env bash
# GitHub's local runner for actions gives an empty input its default; the real runner gives it an empty text.
#
# The guess: @github/local-action replays what the runner does with inputs. That is what it is for.
# What happens: it replaces @actions/core by its own. There, an input that is set to nothing reads as the default of
# action.yml, and blanks around a value stay unless trimming is asked for. The real one reads an empty text and trims. The
# runner fills in a default only where the key is absent, never where an expression came out empty.
# Why it matters: the trap that `dry-run: ${{ inputs.dry_run }}` is empty on a schedule, and then is neither true nor the
# default, cannot be seen in a local trial. It shows up in production, where the default was what protected.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true, "type": "module" }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent @github/local-action@7.0.1 @actions/core@3.0.1
cat >action.yml <<'EOF'
name: finding
description: reads two inputs
inputs:
  dry-run:
    description: whether nothing is changed
    default: "true"
  name:
    description: what is deleted
runs:
  using: node24
  main: dist/index.js
EOF
mkdir src
cat >src/main.ts <<'EOF'
import * as core from '@actions/core'
export async function run() {
  console.log(`read: dry-run [${core.getInput('dry-run')}], name [${core.getInput('name')}]`)
}
EOF
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const program = "import * as core from '@actions/core'\nconsole.log(`read: dry-run [${core.getInput('dry-run')}], name [${core.getInput('name')}]`)"
const readBy = (file, args, options) => /read: (.*)/.exec(execFileSync(file, args, { encoding: 'utf8', ...options }))[1]
const real = (dryRun) =>
  readBy(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, 'INPUT_DRY-RUN': dryRun, INPUT_NAME: '  pr-1  ' },
  })
const local = (dryRun) => {
  writeFileSync('.env', `INPUT_DRY-RUN="${dryRun}"\nINPUT_NAME="  pr-1  "\n`)
  return readBy('node_modules/.bin/local-action', ['.', 'src/main.ts', '.env'])
}
for (const dryRun of ['false', '']) {
  console.log(`dry-run '${dryRun}', name '  pr-1  '`)
  console.log(`  @actions/core ${version('@actions/core')}: ${real(dryRun)}`)
  console.log(`  @github/local-action ${version('@github/local-action')}: ${local(dryRun)}`)
}
assert.equal(real('false'), 'dry-run [false], name [pr-1]')
assert.equal(local('false'), 'dry-run [false], name [  pr-1  ]')
assert.equal(real(''), 'dry-run [], name [pr-1]')
assert.equal(local(''), 'dry-run [true], name [  pr-1  ]')
EOF
node check.mjs
