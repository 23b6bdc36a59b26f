import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Parts of the document by the name of their marker, and pictures by the name of their file. */
export interface Pages {
  blocks: Readonly<Record<string, string>>
  pictures: Readonly<Record<string, string>>
}

/**
 * Writes what was measured into `performance.md` between the markers of each part, and the pictures beside it. Throws where a
 * marker is missing: a result must not get lost.
 */
export function writePages(folder: string, { blocks, pictures }: Pages): void {
  const path = join(folder, 'performance.md')
  const filled = Object.entries(blocks).reduce(fill, readFileSync(path, 'utf8'))
  writeFileSync(path, filled)
  for (const [name, picture] of Object.entries(pictures)) {
    const file = join(folder, 'images', name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, picture)
  }
}

function fill(text: string, [name, block]: [string, string]): string {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`the document has no markers ${begin} and ${end}`)
  return `${text.slice(0, from + begin.length)}\n${block}\n${text.slice(to)}`
}
