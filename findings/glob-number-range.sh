#!/usr/bin/env bash
# A numeric range in a glob can match other numbers than the ones in the range.
#
# The guess: `pr-{10..25}` matches pr-10 to pr-25, as in bash and in minimatch, or it matches nothing. The README of
# micromatch promises ranges.
# What happens: micromatch and picomatch turn the range into the character class `[10-25]`, which is one of 1, 0 to 2, 5.
# So the pattern matches pr-0, pr-1, pr-2 and pr-5 and none of the names it was written for. `{1..9}` works, so a trial
# with small numbers shows nothing.
# Why it matters: a cleanup that selects deployments by such a pattern deletes those of other pull requests.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent micromatch@4.0.8 picomatch@4.0.7 minimatch@11.0.9
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import micromatch from 'micromatch'
import { minimatch } from 'minimatch'
import picomatch from 'picomatch'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const libraries = {
  minimatch: (name, pattern) => minimatch(name, pattern),
  micromatch: (name, pattern) => micromatch.isMatch(name, pattern),
  picomatch: (name, pattern) => picomatch(pattern)(name),
}
const names = Array.from({ length: 31 }, (_, number) => `pr-${number}`)
const matched = (library, pattern) => names.filter((name) => libraries[library](name, pattern)).join(' ')

for (const library of Object.keys(libraries)) {
  for (const pattern of ['pr-{1..9}', 'pr-{10..25}', 'pr-{1..12}']) {
    console.log(`${library} ${version(library)}, ${pattern}: ${matched(library, pattern)}`)
  }
}
const meant = names.slice(10, 26).join(' ')
assert.equal(matched('minimatch', 'pr-{10..25}'), meant)
for (const library of ['micromatch', 'picomatch']) {
  assert.equal(matched(library, 'pr-{1..9}'), names.slice(1, 10).join(' '))
  assert.equal(matched(library, 'pr-{10..25}'), 'pr-0 pr-1 pr-2 pr-5')
  assert.equal(matched(library, 'pr-{1..12}'), 'pr-1 pr-2')
}
EOF
node check.mjs
