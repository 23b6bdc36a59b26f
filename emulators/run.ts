import { readFile } from 'node:fs/promises'
import { show, title } from '../demo/terminal.ts'
import { DEFAULT_API_KEY } from './baseten.ts'
import type { Emulator } from './emulator.ts'
import { PULL_REQUEST, REPOSITORY, type Rehearsed, rehearse, TOKEN } from './rehearse.ts'
import { ALIBABA_KEY, createSeededEmulators, MODEL, type SeededEmulators, serviceKey } from './seeded.ts'
import { serve } from './serve.ts'
import { type ActionStep, UnknownExpression } from './workflow.ts'

// `npm run emulators` serves them until it is ended; `npm run emulators -- workflow.yml …` carries out the steps of workflows
// that use the action, each workflow in a fresh world. Arguments `expression=value` say what an expression stands for.

// PORT is the first of four ports in a row, 8801 where it is not set; 0 takes free ones.
const FIRST_PORT = Number(process.env['PORT'] ?? 8801)

const given = process.argv.slice(2)
const values = Object.fromEntries(given.filter((each) => each.includes('=')).map((each) => splitAt(each, '=')))
const workflows = given.filter((each) => !each.includes('='))

if (workflows.length === 0) await serveAll()
else for (const path of workflows) await rehearseFile(path)

async function serveAll(): Promise<void> {
  const { baseten, sap, alibaba, github } = createSeededEmulators()
  const [basetenUrl, sapUrl, alibabaUrl, githubUrl] = await Promise.all([
    start('Baseten', baseten, 0),
    start('SAP AI Core', sap, 1),
    start('Model Studio', alibaba, 2),
    start('GitHub', github, 3),
  ])
  console.log(`The emulators are ready, on this machine only. Point the action at them:

  provider: baseten
  api-url: ${basetenUrl}
  api-key: ${DEFAULT_API_KEY}
  model-id: ${MODEL}

  provider: sap-ai-core
  service-key: '${serviceKey(sapUrl)}'

  provider: alibaba-model-studio
  api-url: ${alibabaUrl}
  api-key: ${ALIBABA_KEY}

GitHub, for {pr}, comment and github-environment: GITHUB_API_URL=${githubUrl} GITHUB_REPOSITORY=${REPOSITORY} and
  github-token: ${TOKEN}

What is in them: docs/emulators.md. Every request is shown below; Ctrl+C ends them, and what was deleted is back next time.
`)
}

async function start(name: string, emulator: Emulator, index: number): Promise<string> {
  const handle: Emulator['handle'] = async (request) => {
    const response = await emulator.handle(request)
    const { pathname, search } = new URL(request.url)
    console.log(`${name.padEnd(12)} ${request.method} ${pathname}${search}: ${response.status}`)
    return response
  }
  return (await serve({ ...emulator, handle }, { port: FIRST_PORT === 0 ? 0 : FIRST_PORT + index })).url
}

async function rehearseFile(path: string): Promise<void> {
  const emulators = createSeededEmulators()
  try {
    const done = await rehearse(await readFile(path, 'utf8'), {
      values,
      emulators,
      onStart: (step) => title(`${path}: ${nameOf(step)} (${step.inputs['provider']})`),
      onEnd: showEnd,
      onOutput: show,
    })
    showGithub(emulators.github.world)
    if (done.length === 0) console.error(`${path} has no step that uses the action`)
    const isSuccess = done.length > 0 && done.every(({ main, post }) => main.exitCode === 0 && !post?.exitCode)
    if (!isSuccess) process.exitCode = 1
  } catch (error) {
    if (!(error instanceof UnknownExpression)) throw error
    console.error(
      `${path}: ${error.message}. Say what it stands for: npm run emulators -- ${path} '${error.expression}=value'. What the emulators have is listed in docs/emulators.md`,
    )
    process.exitCode = 1
  }
}

/** What the steps wrote to GitHub. */
function showGithub(world: SeededEmulators['github']['world']): void {
  for (const { what, id, status } of world.events) {
    if (what === 'status-created') console.log(`\nGitHub deployment ${id} is ${status} now`)
  }
  for (const { body, number } of world.comments(PULL_REQUEST)) {
    title(`comment on pull request ${number}`)
    console.log(body)
  }
}

function showEnd({ step, main, post }: Rehearsed): void {
  const { outputs, summary, exitCode } = post ?? main
  title(`${nameOf(step)}: exit code ${exitCode}, outputs`)
  for (const [name, value] of Object.entries(outputs)) console.log(`${name}=${value}`)
  title(`${nameOf(step)}: the job summary (Markdown)`)
  console.log(summary)
}

function nameOf({ job, title }: ActionStep): string {
  return `'${title}' of job ${job}`
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return [text.slice(0, at), text.slice(at + separator.length)]
}
