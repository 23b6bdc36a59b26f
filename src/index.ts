import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from './clock.ts'
import { openNetwork } from './http/transport.ts'
import { githubRunner, mask } from './report/runner.ts'
import { createSecrets } from './report/secrets.ts'
import type { World } from './run/world.ts'
import { run } from './run.ts'

const { env } = process
const secrets = createSecrets(mask)
const runner = githubRunner(secrets, env)

// The runner cancels with SIGINT, then SIGTERM; on Windows with SIGBREAK instead. Unheard, Node would end without a report.
const cancel = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, () => cancel.abort())

const network = openNetwork()
/**
 * Octokit has a bundle of its own beside this one: it is as large as all the rest, most steps ask GitHub nothing, and reading
 * it would take a fifth of their time.
 */
async function loadOctokit(): Promise<typeof import('./github/octokit.ts')> {
  const path = './octokit/index.js'
  return import(/* webpackIgnore: true */ path)
}

// `post.ts` says so; the runner itself starts the bundle without arguments.
const phase = process.argv[2] === 'job-end' ? 'job-end' : 'step'
const world: World = {
  env,
  clock: systemClock,
  random: Math.random,
  transport: network.transport,
  runner,
  secrets,
  connectGitHub: async (options) => (await loadOctokit()).connectGitHub(options),
  cancelled: cancel.signal,
  readFile: (path) => readFileSync(path, 'utf8'),
  writeFile: async (name, text) => {
    const path = join(env['RUNNER_TEMP'] || tmpdir(), name)
    await writeFile(path, text, { mode: 0o600 })
    return path
  },
}
const succeeded = await run(world, phase).catch((error: unknown) => {
  runner.error(
    `Undeploy failed unexpectedly: ${error instanceof Error ? error.message : String(error)}. Please report this.`,
  )
  runner.debug(error instanceof Error ? (error.stack ?? '') : '')
  return false
})
await network.close()
process.exitCode = succeeded ? 0 : 1
