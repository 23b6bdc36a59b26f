import * as v from 'valibot'
import type { Environment } from '../lib/environment.ts'

const PAYLOAD = v.object({ pull_request: v.object({ number: v.pipe(v.number(), v.integer()) }) })

/** The number of the pull request that the run is for; undefined in runs for anything else. */
export async function pullRequestOfEvent(
  env: Environment,
  readFile: (path: string) => Promise<string>,
): Promise<number | undefined> {
  const event = env['GITHUB_EVENT_NAME']
  const path = env['GITHUB_EVENT_PATH']
  if ((event !== 'pull_request' && event !== 'pull_request_target') || !path) return undefined
  try {
    const payload = v.safeParse(PAYLOAD, JSON.parse(await readFile(path)))
    return payload.success ? payload.output.pull_request.number : undefined
  } catch {
    return undefined
  }
}
