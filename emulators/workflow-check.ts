import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import type { validate } from '@actions/languageservice'
import { parse } from 'yaml'
import { USES_ACTION } from './workflow.ts'

type Validate = typeof validate
type TextDocument = Parameters<Validate>[0]
type Metadata = { name: string; description: string; inputs: Record<string, never>; outputs: Record<string, never> }

const ROOT = join(import.meta.dirname, '..')

/**
 * What the official language service of GitHub Actions says against a workflow, or an action.yml, `path:line: message` each; it
 * knows the inputs of this action, and of others only that they are there.
 */
export async function languageFindings(path: string, text: string): Promise<string[]> {
  const service = await languageService()
  const action: Metadata = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'))
  const findings = await service(documentOf(path, text), {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, ref }) =>
        USES_ACTION.test(`${owner}/${name}@${ref}`) ? action : { name, description: '' },
    },
  })
  return findings.map(({ message, range }) => `${path}:${range.start.line + 1}: ${message}`)
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
 * A document as the language service takes it, made by the package that it brings. It remembers documents by their address, so
 * each has one of its own.
 */
function documentOf(path: string, text: string): TextDocument {
  const { TextDocument }: { TextDocument: { create(...about: [string, string, number, string]): TextDocument } } =
    createRequire(join(ROOT, 'node_modules/@actions/languageservice/package.json'))(
      'vscode-languageserver-textdocument',
    )
  const name = path === 'action.yml' ? path : '.github/workflows/workflow.yml'
  return TextDocument.create(`file:///${randomUUID()}/${name}`, 'yaml', 1, text)
}
