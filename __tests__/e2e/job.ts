import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createGithubEmulator, type GithubEmulator, type Permissions } from '../../emulators/github.ts'
import {
  createSapEmulator,
  DEFAULT_CLIENT,
  type SapEmulator,
  type SapOptions,
  sapServiceKey,
} from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'

type With = Record<string, string>

export interface JobOptions extends SapOptions {
  /** Of the GitHub token; everything this action asks for where absent. */
  permissions?: Permissions
}

/** A job of a workflow, with SAP and GitHub on loopback. */
export interface Job {
  sap: SapEmulator
  github: GithubEmulator
  /** `with:` of a step, with the credentials. */
  inputs(more?: With): With
  /** What the runner gives a step in a run for pull request 42, or for anything else. */
  env(event?: 'pull_request' | 'schedule', more?: With): With
  /** The same in a run for any event, with its payload as it stands in the file. */
  envOf(event: string, payload: object | string): With
}

const open: (() => unknown)[] = []

afterAll(async () => {
  for (const close of open.splice(0)) await close()
})

/** Starts both emulators; they are stopped after the last test of the file. */
export async function openJob({ permissions, ...options }: JobOptions = {}): Promise<Job> {
  const sap = createSapEmulator({ stopMs: 100, deleteMs: 100, ...options })
  const github = createGithubEmulator(permissions === undefined ? {} : { permissions })
  const [sapServer, githubServer] = await Promise.all([serve(sap), serve(github)])
  const temp = mkdtempSync(join(tmpdir(), 'undeploy-job-'))
  open.push(sapServer.close, githubServer.close, () => rmSync(temp, { recursive: true, force: true }))
  const eventPath = join(temp, 'event.json')
  writeFileSync(eventPath, JSON.stringify({ action: 'closed', pull_request: { number: 42 } }))
  const env: Job['env'] = (event = 'pull_request', more = {}) => ({
    GITHUB_API_URL: githubServer.url,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'octo/hello',
    GITHUB_RUN_ID: '7001',
    GITHUB_WORKFLOW: 'Clean up',
    GITHUB_JOB: 'undeploy',
    GITHUB_ACTION: 'first',
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: eventPath,
    ...more,
  })
  return {
    sap,
    github,
    env,
    envOf(event, payload) {
      const path = join(temp, `${event}.json`)
      writeFileSync(path, typeof payload === 'string' ? payload : JSON.stringify(payload))
      return env('pull_request', { GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: path })
    },
    inputs: (more = {}) => ({
      provider: 'sap-ai-core',
      'service-key': JSON.stringify(sapServiceKey(sapServer.url, DEFAULT_CLIENT)),
      'github-token': 'ghs_emulated',
      ...more,
    }),
  }
}

/** Resolves once it is so; the test's own time limit ends the wait. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}
