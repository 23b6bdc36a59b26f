import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { abortable } from './http/deadline.ts'
import { type Network, openNetwork } from './http/transport.ts'
import { systemClock } from './lib/clock.ts'
import { guardProcess } from './run/process-guard.ts'
import { run } from './run/run.ts'
import type { Runtime } from './run/runtime.ts'
import { githubRunner, mask } from './runner/runner.ts'
import { createSecrets } from './runner/secrets.ts'

/**
 * octokit has a bundle of its own beside this one: most steps ask GitHub nothing, and need not read it. While it loads, the toolkit
 * parses the event's file, which nothing needs, and which throws where the file is empty or cut off: so it does not find it.
 */
async function loadGitHubClient(): Promise<typeof import('./github/client.ts')> {
  const path = './github/index.js'
  const eventPath = env['GITHUB_EVENT_PATH']
  delete env['GITHUB_EVENT_PATH']
  try {
    return await import(path)
  } finally {
    if (eventPath !== undefined) env['GITHUB_EVENT_PATH'] = eventPath
  }
}

const { env } = process
const secrets = createSecrets(mask)
const guard = guardProcess(process, githubRunner(secrets, env))
let network: Network | undefined

const runtime: Runtime = {
  env,
  clock: systemClock,
  random: Math.random,
  // Opened with the first request: a proxy's address that is none is told as a wrong input before that.
  transport: abortable((request) => {
    network ??= openNetwork(env)
    return network.transport(request)
  }),
  runner: guard.runner,
  secrets,
  connectGitHub: async (options) => (await loadGitHubClient()).connectGitHub(options),
  cancelled: guard.cancelled,
  readFile: (path) => readFileSync(path, 'utf8'),
  writeFile: async (name, text) => {
    const path = join(env['RUNNER_TEMP'] || tmpdir(), name)
    await writeFile(path, text, { mode: 0o600 })
    return path
  },
}

// `post.ts` says so; the runner itself starts the bundle without arguments.
const phase = process.argv[2] === 'job-end' ? 'job-end' : 'step'
await guard.carryOut(
  () => run(runtime, phase),
  async () => network?.close(),
)
