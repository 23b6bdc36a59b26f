import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** A file of the project as text. */
export function projectFile(...path: string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8')
}

/** What stands at `path` in action.yml: nested maps of texts. Reads only the few forms of YAML that the file uses. */
export function actionYml(...path: string[]): Map<string, string> {
  let lines = projectFile('action.yml').split('\n')
  for (const [depth, name] of path.entries()) lines = below(lines, depth, name)
  return new Map(
    entries(lines, path.length).map(([name, at]) => [
      name,
      scalar(lines[at]?.split(/:(.*)/s)[1]?.trim() ?? '', lines, at),
    ]),
  )
}

function below(lines: readonly string[], depth: number, name: string): string[] {
  const start = lines.indexOf(`${indent(depth)}${name}:`)
  if (start < 0) throw new Error(`action.yml has no ${name}`)
  const length = lines.slice(start + 1).findIndex((line) => line !== '' && !line.startsWith(indent(depth + 1)))
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length)
}

/** The keys at one depth, each with the index of its line. */
function entries(lines: readonly string[], depth: number): [string, number][] {
  return lines.flatMap((line, at) => {
    const [, name] = new RegExp(`^${indent(depth)}([\\w-]+):`).exec(line) ?? []
    return name === undefined ? [] : [[name, at] satisfies [string, number]]
  })
}

function scalar(text: string, lines: readonly string[], at: number): string {
  if (text.startsWith('"')) return String(JSON.parse(text))
  if (text !== '>-') return text
  const own = /^ */.exec(lines[at] ?? '')?.[0].length ?? 0
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => line !== '' && !line.startsWith(' '.repeat(own + 1)))
  return rest
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
}

function indent(depth: number): string {
  return '  '.repeat(depth)
}
