#!/usr/bin/env bash
# With the toolkit's job summary, Markdown after a heading, a table or a list is shown as it was typed.
#
# The guess: `core.summary.addHeading('Deleted').addRaw('**3** deployments')` shows a heading and a bold 3. The summary is
# Markdown, after all.
# What happens: the methods write HTML and end it with one line break. In CommonMark an HTML block lasts until a blank line,
# so everything up to the next one is HTML too: asterisks, backticks, list marks and table pipes appear as such, also inside
# addDetails and table cells. addRaw's own option for a line break adds one, and two are needed.
# Why it matters: the summary is what people see of an action, and the log of a unit test looks right.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent @actions/core@3.0.1 markdown-it@15.0.3 marked@18.2.1
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import MarkdownIt from 'markdown-it'
import { marked } from 'marked'

process.env.GITHUB_STEP_SUMMARY = 'summary.md'
const { summary } = await import('@actions/core')
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
console.log(`@actions/core ${version('@actions/core')}, markdown-it ${version('markdown-it')}, marked ${version('marked')}`)
const renderers = [(text) => new MarkdownIt({ html: true }).render(text), (text) => marked.parse(text)]
const BOLD = '<strong>3</strong>'

async function isBold(fill) {
  writeFileSync('summary.md', '')
  await fill(summary.emptyBuffer()).write()
  const text = readFileSync('summary.md', 'utf8')
  const found = renderers.map((render) => render(text).includes(BOLD))
  assert.equal(found[0], found[1])
  return found[0]
}
const table = [[{ data: 'id', header: true }], ['d1']]
const cases = [
  ['alone', (empty) => empty.addRaw('**3** deployments', true), true],
  ['after a heading', (empty) => empty.addHeading('Deleted').addRaw('**3** deployments', true), false],
  ['after a table', (empty) => empty.addTable(table).addRaw('**3** deployments', true), false],
  ['after a list', (empty) => empty.addList(['d1']).addRaw('**3** deployments', true), false],
  ['in a table cell', (empty) => empty.addTable([['**3**']]), false],
  ['in details', (empty) => empty.addDetails('Steps', '**3** deployments'), false],
  ['after a heading and a blank line', (empty) => empty.addHeading('Deleted').addEOL().addRaw('**3** deployments', true), true],
]
for (const [name, fill, wanted] of cases) {
  const found = await isBold(fill)
  console.log(`'**3**' ${name}: ${found ? 'bold' : 'shown with its asterisks'}`)
  assert.equal(found, wanted)
}
EOF
node check.mjs
