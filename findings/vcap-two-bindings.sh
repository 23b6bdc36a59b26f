#!/usr/bin/env bash
# Asked for the AI Core binding of an app that has three, four readers give three different tenants, or none.
#
# The guess: "the service named aicore" is one binding, or an error where it is ambiguous.
# What happens: SAP's Cloud SDK, which its AI SDK asks, takes the first of the label and logs a warning; vcap_services takes
# the last, of every label that begins with the text, so `ai` finds it as well, and gives `{}` where it finds none; cfenv
# takes the instance of that exact name. @sap/xsenv alone refuses, if asked by label; asked by text it looks for a name.
# Why it matters: credentials of the wrong instance are valid, and the sweep runs in the wrong tenant. Name the instance.
set -euo pipefail
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cd "$lab"
echo '{ "private": true }' >package.json
npm install --no-save --ignore-scripts --no-audit --no-fund --silent \
  cfenv@1.2.6 vcap_services@0.7.1 @sap/xsenv@6.2.2 @sap-cloud-sdk/connectivity@4.9.1
cat >check.mjs <<'EOF'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { getServiceBinding } from '@sap-cloud-sdk/connectivity'
import xsenv from '@sap/xsenv'
import cfenv from 'cfenv'
import vcapServices from 'vcap_services'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const binding = (name) => ({ name, label: 'aicore', plan: 'standard', tags: [], credentials: { clientid: `id-of-${name}` } })
process.env.VCAP_SERVICES = JSON.stringify({ aicore: ['production', 'aicore', 'trial'].map(binding) })
const readers = [
  ['@sap-cloud-sdk/connectivity', 'aicore', () => getServiceBinding('aicore').credentials, 'id-of-production'],
  ['vcap_services', 'aicore', () => vcapServices.getCredentials('aicore'), 'id-of-trial'],
  ['vcap_services', 'ai', () => vcapServices.getCredentials('ai'), 'id-of-trial'],
  ['vcap_services', 'aicor3', () => vcapServices.getCredentials('aicor3'), undefined],
  ['cfenv', 'aicore', () => cfenv.getAppEnv().getServiceCreds('aicore'), 'id-of-aicore'],
  ['@sap/xsenv', 'aicore', () => xsenv.getServices({ found: 'aicore' }).found, 'id-of-aicore'],
  ['@sap/xsenv', '{ label: aicore }', () => xsenv.getServices({ found: { label: 'aicore' } }).found, 'Found 3 services'],
]
for (const [name, asked, read, expected] of readers) {
  let found
  try {
    found = read().clientid
  } catch (error) {
    found = error.message.slice(0, 16)
  }
  console.log(`${name} ${version(name)}, asked for ${asked}: ${found}`)
  assert.equal(found, expected)
}
EOF
node check.mjs
