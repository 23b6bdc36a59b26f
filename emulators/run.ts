import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { show, title } from '../demo/terminal.ts'
import { DEFAULT_API_KEY } from './baseten.ts'
import type { Emulator } from './emulator.ts'
import { PULL_REQUEST, REPOSITORY, type Rehearsed, rehearse, TOKEN } from './rehearse.ts'
import { ALIBABA_KEY, createSeededEmulators, MODEL, type SeededEmulators, serviceKey } from './seeded.ts'
import { serve } from './serve.ts'
import { type ActionStep, UnknownExpression } from './workflow.ts'
import { languageFindings } from './workflow-check.ts'

// `npm run emulators` serves them until it is ended; `npm run emulators -- workflow.yml …` carries out the steps of workflows
// that use the action, each workflow in a fresh world. Arguments `expression=value` say what an expression stands for.

// PORT is the first of four ports in a row, 8801 where it is not set; 0 takes free ones.
const PORT = process.env['PORT'] ?? '8801'
const FIRST_PORT = Number(PORT)

const USAGE = `npm run emulators                                   serves the emulators until Ctrl+C; PORT is the first of four ports
npm run emulators -- workflow.yml [expression=value]  carries out the steps of a workflow that use this action
Both are described in docs/emulators.md.`

/** What is wrong with what was asked for, for people. */
class Complaint extends Error {}

// Who reads no further, as \`| head\` does, ends it.
process.stdout.on('error', () => process.exit(0))

try {
  await main(process.argv.slice(2))
} catch (error) {
  const sentence = inOneSentence(error)
  if (sentence === undefined) throw error
  console.error(sentence)
  process.exit(1)
}

async function main(given: readonly string[]): Promise<void> {
  const [option] = given.filter((each) => each.startsWith('-'))
  if (option === '--help' || option === '-h') return console.log(USAGE)
  if (option !== undefined) throw new Complaint(`${option} is no option here; --help shows what there is`)
  if (!/^\d{1,5}$/.test(PORT) || FIRST_PORT > 65_532) throw new Complaint(`PORT is ${PORT}, which is no port`)
  const values = Object.fromEntries(given.filter((each) => each.includes('=')).map((each) => splitAt(each, '=')))
  const workflows = given.filter((each) => !each.includes('='))
  if (workflows.length === 0) return serveAll()
  for (const path of workflows) await rehearseFile(path, values)
}

/** One sentence in place of a stack, for what is no mistake of ours. */
function inOneSentence(error: unknown): string | undefined {
  if (error instanceof Complaint) return error.message
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (error.code === 'EADDRINUSE') {
    const { port = FIRST_PORT } = error as { port?: number }
    return `Port ${port} is taken: set PORT to the first of four free ports, or to 0 for any`
  }
  if (error.code === 'EACCES')
    return `Port ${FIRST_PORT} may not be used: set PORT to the first of four ports above 1024`
  return undefined
}

/** The text of a workflow. */
async function workflowText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`
    throw new Complaint(`${path}: ${why}`)
  }
}

/** What is wrong with the YAML of a workflow, which GitHub would not load either; undefined where it can be read. */
function yamlProblem(path: string, text: string): string | undefined {
  const [error] = parseDocument(text).errors
  const alias = error === undefined && /^\s*[\w-]+:\s*\*\S*\s*$/m.exec(text)
  if (error === undefined && !alias) return undefined
  const line = error === undefined ? text.slice(0, alias ? alias.index : 0).split('\n').length : error.linePos?.[0].line
  const what =
    error === undefined ? 'an alias that stands for nothing' : error.message.split('\n')[0]?.replace(/ at line.*$/, '')
  return `${path}:${line}: GitHub does not load it: ${what}. A text that begins with *, !, &, { or [ needs quotes: '*'`
}

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

async function rehearseFile(path: string, values: Readonly<Record<string, string>>): Promise<void> {
  const emulators = createSeededEmulators()
  const text = await workflowText(path)
  const problem = yamlProblem(path, text)
  if (problem !== undefined) throw new Complaint(problem)
  const findings = await languageFindings(path, text)
  for (const finding of findings) console.error(`GitHub's language service: ${finding}`)
  if (findings.length > 0) process.exitCode = 1
  try {
    const done = await rehearse(text, {
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
