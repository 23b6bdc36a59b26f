#!/usr/bin/env bash
# Four duration parsers read a month as a minute, a misspelt unit as milliseconds, and "a day" as nothing.
#
# The guess: a parser that reads `P14D` as 14 days knows ISO 8601, so `P1M` is a month; and what a parser does not
# understand is an error or NaN.
# What happens: parse-duration and timestring skip the P and the T. Days and hours come out right by luck, the month comes
# out as one minute. itty-time reads a number with a unit it does not know as milliseconds, human-interval reads "a day" as
# 0 but `72h` as NaN, and timestring reads `1_000s` as 0. For two of them a decimal comma is nothing: `1,5h` is 15 hours.
# Why it matters: "older than" nothing is everything. An age that came out as zero selects every deployment for deletion.
# One that is NaN selects none, because every comparison with it is false.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent \
  parse-duration@2.1.9 timestring@7.0.0 itty-time@2.0.2 human-interval@2.0.1 iso8601-duration@2.1.4
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import humanInterval from 'human-interval'
import { parse, toSeconds } from 'iso8601-duration'
import { ms } from 'itty-time'
import parseDuration from 'parse-duration'
import timestring from 'timestring'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** What each parser makes of a text, in ms. */
const readers = {
  'iso8601-duration': (text) => toSeconds(parse(text), new Date(0)) * 1000,
  'parse-duration': (text) => parseDuration(text),
  timestring: (text) => timestring(text, 'ms'),
  'itty-time': ms,
  'human-interval': humanInterval,
}
const expected = [
  ['iso8601-duration', 'P1M', 31 * DAY],
  ['parse-duration', 'P14D', 14 * DAY],
  ['parse-duration', 'P1M', MINUTE],
  ['parse-duration', '1,5h', 15 * HOUR],
  ['timestring', 'P14D', 14 * DAY],
  ['timestring', 'P1M', MINUTE],
  ['timestring', '1,5h', 15 * HOUR],
  ['timestring', '1_000s', 0],
  ['itty-time', '5 minutes', 5 * MINUTE],
  ['itty-time', '5 minuts', 5],
  ['human-interval', '3 days', 3 * DAY],
  ['human-interval', 'a day', 0],
  ['human-interval', '72h', Number.NaN],
]
for (const [library, text, wanted] of expected) {
  const found = readers[library](text)
  console.log(`${library} ${version(library)}: '${text}' is ${found} ms`)
  assert.equal(found, wanted)
}
EOF
node check.mjs
