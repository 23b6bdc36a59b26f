import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ProviderName } from './emulated/account.ts'
import type { Opened } from './emulated/emulators.ts'
import type { Subject } from './subject.ts'

const run = promisify(execFile)
const SCRIPT = join(import.meta.dirname, 'rivals', 'teardown.sh')
const SAP_CLIENT = join(import.meta.dirname, 'sap-client')

/** What one would write instead of using the action. */
export interface Rival {
  name: 'bash' | 'sap-client'
  providers: readonly ProviderName[]
  subject: (provider: ProviderName, account: Opened) => Subject
}

/** The rivals that can run here; `say` is told of those that cannot, and why. */
export async function findRivals(say: (text: string) => void): Promise<Rival[]> {
  return (await Promise.all([findBash(say), findSapClient(say)])).filter((rival) => rival !== undefined)
}

async function findBash(say: (text: string) => void): Promise<Rival | undefined> {
  for (const tool of ['bash', 'curl', 'jq']) {
    try {
      await run(tool, ['--version'])
    } catch {
      say(`The bash script is not measured: ${tool} is missing`)
      return undefined
    }
  }
  return {
    name: 'bash',
    providers: ['baseten', 'sap-ai-core', 'alibaba-model-studio'],
    subject: (provider, { url, ids, inputs }) => {
      const { clientid = '', clientsecret = '' } = JSON.parse(inputs['service-key'] ?? '{}')
      const access = { API_KEY: inputs['api-key'] ?? '', CLIENT_ID: clientid, CLIENT_SECRET: clientsecret }
      const env = { PROVIDER: provider, API_URL: url, MODEL_ID: inputs['model-id'] ?? '', ...access }
      return { command: 'bash', args: [SCRIPT, ...ids], env }
    },
  }
}

/** SAP's client is installed where it is not there yet. No script of any package is run. */
async function findSapClient(say: (text: string) => void): Promise<Rival | undefined> {
  try {
    if (!existsSync(join(SAP_CLIENT, 'node_modules'))) {
      say("Installing SAP's client for the comparison")
      await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: SAP_CLIENT })
    }
  } catch {
    say("SAP's client is not measured: it could not be installed")
    return undefined
  }
  return {
    name: 'sap-client',
    providers: ['sap-ai-core'],
    subject: (_, { ids, inputs }) => {
      const env = { AICORE_SERVICE_KEY: inputs['service-key'] ?? '' }
      return { command: process.execPath, args: [join(SAP_CLIENT, 'teardown.js'), ...ids], env }
    },
  }
}
