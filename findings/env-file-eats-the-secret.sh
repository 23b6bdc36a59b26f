#!/usr/bin/env bash
# A SAP client secret loses a piece in an env file, also inside single quotes and inside the JSON of a service key.
#
# The guess: single quotes keep `$` as it is, as in a shell, and what dotenv reads right stays right.
# What happens: dotenv and Node read the text whole. dotenv-expand, and Vite which brings it along, expand afterwards, when
# nobody knows of the quotes any more: `9b$Qm7kT=` becomes `9b=`. The secret that is left looks like one, and in a service
# key the JSON stays valid. Secrets of SAP BTP often are a UUID, a `$` and base64.
# Why it matters: a key that works in a shell and in a GitHub secret is refused with 401 in a local run or a test, and
# nothing says that it was changed on the way.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent dotenv@18.0.10 dotenv-expand@1000.0.0 vite@8.3.8
cat >.env <<'EOF'
AICORE_CLIENT_SECRET='5c1e-9b$Qm7kT-x='
AICORE_SERVICE_KEY='{"clientid":"sb-0f3a!b1234|aicore!b540","clientsecret":"5c1e-9b$Qm7kT-x="}'
EOF
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import dotenv from 'dotenv'
import { expand } from 'dotenv-expand'
import { loadEnv } from 'vite'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const text = readFileSync('.env', 'utf8')
const readers = {
  [`node ${process.version}`]: [parseEnv(text), '5c1e-9b$Qm7kT-x='],
  [`dotenv ${version('dotenv')}`]: [dotenv.parse(text), '5c1e-9b$Qm7kT-x='],
  [`dotenv-expand ${version('dotenv-expand')}`]: [expand({ parsed: dotenv.parse(text), processEnv: {} }).parsed, '5c1e-9b-x='],
  [`vite ${version('vite')}`]: [loadEnv('production', '.', ''), '5c1e-9b-x='],
}
for (const [reader, [values, expected]] of Object.entries(readers)) {
  const { clientsecret } = JSON.parse(values.AICORE_SERVICE_KEY)
  console.log(`${reader}: secret ${values.AICORE_CLIENT_SECRET}, in the service key ${clientsecret}`)
  assert.equal(values.AICORE_CLIENT_SECRET, expected)
  assert.equal(clientsecret, expected)
}
EOF
node check.mjs
