#!/usr/bin/env bash
# In a workflow condition, an output that was never written is equal to false, to 0 and to every prefix.
#
# The guess: outputs.dry-run == false is true for an output `false`; outputs.failed-count == 0 needs a step that counted.
# What happens: outputs are texts, and a text beside a boolean or a number is turned into a number. 'false' becomes NaN, so
# `== false` is false for it and true for the missing output, and 'true' == true is never true. `== 0` is true for a step
# that was skipped or crashed. startsWith and contains say yes to a missing text, and two counts are compared letter by
# letter: '10' < '9'.
# Why it matters: `if: steps.undeploy.outputs.failed-count == 0` also holds where nothing was undeployed, and a guard such
# as startsWith(name, vars.PREFIX) lets everything through once the variable is gone. Compare with texts, ask for the
# step's outcome, and use fromJSON for numbers.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent @actions/expressions@0.3.61
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'

console.log('@actions/expressions', JSON.parse(readFileSync('node_modules/@actions/expressions/package.json', 'utf8')).version)
const dictionary = (values) =>
  new data.Dictionary(...Object.entries(values).map(([key, value]) => ({
    key, value: typeof value === 'string' ? new data.StringData(value) : dictionary(value),
  })))
const contexts = dictionary({
  steps: { ran: { outputs: { 'dry-run': 'false', deleted: '10', kept: '9' } }, skipped: { outputs: {} } },
  vars: {},
})
const evaluate = (text) => {
  const tree = new Parser(new Lexer(text).lex().tokens, ['steps', 'vars'], []).parse()
  return new Evaluator(tree, contexts).evaluate().coerceString()
}
const expected = {
  "steps.ran.outputs.dry-run == 'false'": 'true',
  'steps.ran.outputs.dry-run == false': 'false',
  'steps.skipped.outputs.dry-run == false': 'true',
  "'true' == true": 'false',
  'steps.skipped.outputs.failed-count == 0': 'true',
  'steps.skipped.outputs.failed-count >= 0': 'true',
  "startsWith('production', vars.PREFIX)": 'true',
  "contains('production', vars.PREFIX)": 'true',
  'steps.ran.outputs.deleted < steps.ran.outputs.kept': 'true',
  'fromJSON(steps.ran.outputs.deleted) < fromJSON(steps.ran.outputs.kept)': 'false',
}
for (const [text, wanted] of Object.entries(expected)) {
  const found = evaluate(text)
  console.log(`${text} is ${found}`)
  assert.equal(found, wanted)
}
EOF
node check.mjs
