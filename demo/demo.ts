import { createAlibabaEmulator } from '../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../emulators/baseten.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../emulators/sap-ai-core.ts'
import { serve } from '../emulators/serve.ts'
import { runStep } from './runner.ts'
import { show, title } from './terminal.ts'

// A deletion per provider, and a sweep of what nobody uses, against emulators on loopback: no account, no key, no network. What runs is the committed
// dist/index.js, started the way the GitHub Actions runner starts it.

const AN_HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString()
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
const ALIBABA_KEY = 'sk-demo-3f1c'

const baseten = createBasetenEmulator({ quietSeries: 'zero' })
const model = baseten.world.addModel({ id: 'q2w8xz1', name: 'llama-chat' })
baseten.world.addDeployment(model.id, { id: 'w5d1kk9', name: 'main', production: true })
baseten.world.addDeployment(model.id, { id: 'qv7m3p2', name: 'PR-42_1a2b3c4' })

const experiments = baseten.world.addModel({ id: 'x4p7e2r', name: 'experiments' })
baseten.world.addDeployment(experiments.id, { id: 'x0m1a2n', name: 'main', production: true })
const old = { labels: { team: 'ml' }, createdAt: daysAgo(40) }
baseten.world.addDeployment(experiments.id, {
  ...old,
  id: 'i5d1l3e',
  name: 'demo-june',
  instanceTypeName: 'H100:26x234',
})
baseten.world.addDeployment(experiments.id, { ...old, id: 'u5e2d4y', name: 'demo-july' })
baseten.world.traffic.serve('i5d1l3e', 40, { at: Date.parse(daysAgo(12)) })
baseten.world.traffic.serve('u5e2d4y', 214)

const sap = createSapEmulator({ stopMs: 3000, deleteMs: 2000 })
sap.world.add({ id: 'd748fdae9f88a9b0', status: 'RUNNING', configurationName: 'pr-42', createdAt: AN_HOUR_AGO })

const alibaba = createAlibabaEmulator({ deleteMs: 2500, apiKeys: [{ key: ALIBABA_KEY, workspace: 'llm-demo' }] })
alibaba.world.seed({ deployed_model: 'qwen-plus-2025-12-01-pr42', status: 'RUNNING' })

const servers = await Promise.all([serve(baseten), serve(sap), serve(alibaba)])
const [basetenUrl = '', sapUrl = '', alibabaUrl = ''] = servers.map(({ url }) => url)

const steps: Record<string, string>[] = [
  {
    provider: 'baseten',
    'model-id': model.id,
    'deployment-id': 'qv7m3p2',
    'api-key': DEFAULT_API_KEY,
    'api-url': basetenUrl,
  },
  {
    provider: 'baseten',
    label: 'team=ml',
    'unused-for': '7d',
    'api-key': DEFAULT_API_KEY,
    'api-url': basetenUrl,
  },
  {
    provider: 'sap-ai-core',
    'deployment-id': 'd748fdae9f88a9b0',
    'service-key': JSON.stringify(sapServiceKey(sapUrl, DEFAULT_CLIENT)),
  },
  {
    provider: 'alibaba-model-studio',
    'deployment-id': 'qwen-plus-2025-12-01-pr42',
    'api-key': ALIBABA_KEY,
    'api-url': alibabaUrl,
  },
]

let failed = 0
for (const inputs of steps) {
  title(`${inputs['provider']}: the log`)
  const { exitCode, outputs, summary } = await runStep({ inputs, onOutput: show })
  title(`${inputs['provider']}: the outputs`)
  for (const [name, value] of Object.entries(outputs)) console.log(`${name}=${value}`)
  title(`${inputs['provider']}: the job summary (Markdown)`)
  console.log(summary)
  if (exitCode !== 0 || outputs['status'] !== 'deleted') failed++
}
await Promise.all(servers.map(({ close }) => close()))

title('The end')
console.log(
  failed === 0
    ? `${steps.length} of ${steps.length} targets are deleted, and each was confirmed to be gone.`
    : `${failed} of ${steps.length} steps failed.`,
)
process.exitCode = failed === 0 ? 0 : 1
