import { setTimeout as sleep } from 'node:timers/promises'
import { DeploymentApi } from '@sap-ai-sdk/ai-api'

// The same steps as in rivals/teardown.sh, with SAP's own client for JavaScript.

const ids = process.argv.slice(2)
const group = { 'AI-Resource-Group': 'default' }

async function statusOf(id) {
  try {
    return (await DeploymentApi.deploymentGet(id, {}, group).execute()).status
  } catch (error) {
    if (error.cause?.status === 404) return 'GONE'
    throw error
  }
}

async function waitFor(wanted) {
  for (const id of ids) {
    while ((await statusOf(id)) !== wanted) await sleep(5000)
  }
}

for (const id of ids) await DeploymentApi.deploymentModify(id, { targetStatus: 'STOPPED' }, group).execute()
await waitFor('STOPPED')
for (const id of ids) await DeploymentApi.deploymentDelete(id, group).execute()
await waitFor('GONE')
