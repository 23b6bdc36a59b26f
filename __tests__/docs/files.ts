import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** A file of the project, by its path from the root. */
export interface ProjectFile {
  path: string
  text: string
}

/** The path of a file of the project on this machine. */
export function pathOf(path: string): string {
  return join(ROOT, path)
}

export function fileOf(path: string): ProjectFile {
  return { path, text: readFileSync(pathOf(path), 'utf8') }
}

/** All files of a folder and those below it whose names end so, in order. */
export function filesIn(folder: string, ending: string): ProjectFile[] {
  return readdirSync(pathOf(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
    .map(fileOf)
}

/** Everything in Markdown that people read. */
export function pages(): ProjectFile[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'))
  return [...top.sort().map(fileOf), ...['docs', 'examples', '.github'].flatMap((folder) => filesIn(folder, '.md'))]
}

/** A fenced block of a page. */
export interface Block {
  /** The page and the line it begins at, for messages. */
  path: string
  language: string
  text: string
}

/** All fenced blocks of a page; one that is indented, as in a list, is moved to the left. */
export function blocksOf({ path, text }: ProjectFile): Block[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = '', language = '', body = ''], index) => ({
      path: `${path} (block ${index + 1})`,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  )
}

/** The YAML in pages: workflows, and steps of workflows. */
export function yamlBlocks(pages: readonly ProjectFile[]): Block[] {
  return pages.flatMap(blocksOf).filter(({ language }) => language === 'yaml' || language === 'yml')
}

export function isWorkflow({ text }: Block): boolean {
  return /^jobs:/m.test(text)
}

export function isSteps({ text }: Block): boolean {
  return text.startsWith('- ')
}

/** A workflow around single steps. The step whose outputs they take, which is elsewhere, is put before them. */
export function workflowAround({ text }: Block): string {
  const indented = text.replaceAll(/^(?=.)/gm, '      ')
  return `on: pull_request\npermissions:\n  pull-requests: write\n  deployments: write\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n      - id: deploy\n        run: ./deploy.sh\n${indented}`
}
