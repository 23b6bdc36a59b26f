import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { abortable } from './http/deadline.ts'
import { openDirect } from './http/direct.ts'
import { hasProxy } from './http/proxies.ts'
import type { Network } from './http/transport.ts'
import { systemClock } from './lib/clock.ts'
import { guardProcess } from './run/process-guard.ts'
import { run } from './run/run.ts'
import type { Runtime } from './run/runtime.ts'
import { githubRunner, mask } from './runner/runner.ts'
import { createSecrets } from './runner/secrets.ts'

/**
 * octokit has a bundle of its own beside this one: most steps ask GitHub nothing, and need not read it. While it loads, the toolkit
 * parses the event's file, which nothing needs, and which throws if the file is empty or cut off: so it does not find it.
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

/** undici, which can use proxies, has one too: most runners are without a proxy, and Node's own HTTP starts at once. */
async function openNetwork(): Promise<Network> {
  if (!hasProxy(env)) return openDirect()
  const path = './proxy/index.js'
  const { openProxied }: typeof import('./http/proxied.ts') = await import(path)
  return openProxied(env)
}

const { env } = process
const secrets = createSecrets(mask)
const guard = guardProcess(process, githubRunner(secrets, env))
let network: Promise<Network> | undefined

const runtime: Runtime = {
  env,
  clock: systemClock,
  random: Math.random,
  // Opened with the first request: an unusable proxy address is reported as a wrong input before that.
  transport: abortable(async (request) => {
    network ??= openNetwork()
    return (await network).transport(request)
  }),
  runner: guard.runner,
  secrets,
  connectGitHub: async (options) => (await loadGitHubClient()).connectGitHub(options),
  cancelled: guard.cancelled,
  readFile: (path) => readFileSync(path, 'utf8'),
  writeFile: async (name, pieces) => {
    const path = join(env['RUNNER_TEMP'] || tmpdir(), name)
    await writeFile(path, pieces, { mode: 0o600 })
    return path
  },
}

// `post.ts` says so; the runner itself starts the bundle without arguments.
const phase = process.argv[2] === 'job-end' ? 'job-end' : 'step'
await guard.carryOut(
  () => run(runtime, phase),
  async () => (await network)?.close(),
)
