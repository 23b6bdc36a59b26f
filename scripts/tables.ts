import { parseDocument } from 'yaml'

/** An input or output of action.yml, in the group that the comment above it opens. */
interface Entry {
  name: string
  group: string
  description: string
  defaultValue: string | undefined
  required: boolean
}

/** The README with its tables of inputs and outputs written anew from the text of action.yml. */
export function withTables(readme: string, actionYml: string): string {
  return between(between(readme, 'inputs', inputTables(actionYml)), 'outputs', outputTable(actionYml))
}

function inputTables(actionYml: string): string {
  const groups = Map.groupBy(entriesOf(actionYml, 'inputs'), ({ group }) => group)
  return [...groups]
    .map(([group, entries]) => {
      const rows = entries.map(
        ({ name, description, defaultValue, required }) =>
          `| \`${name}\` | ${defaultCell(defaultValue, required)} | ${cell(description)} |\n`,
      )
      return `### ${group}\n\n| input | default | meaning |\n| --- | --- | --- |\n${rows.join('')}`
    })
    .join('\n')
}

function outputTable(actionYml: string): string {
  const rows = entriesOf(actionYml, 'outputs').map(
    ({ name, description }) => `| \`${name}\` | ${cell(description)} |\n`,
  )
  return `| output | meaning |\n| --- | --- |\n${rows.join('')}`
}

function defaultCell(value: string | undefined, required: boolean): string {
  if (required) return 'required'
  return value === undefined || value === '' ? '' : `\`${cell(value)}\``
}

/** Descriptions are Markdown already; only what would end a cell of a table is escaped. */
function cell(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
}

/** Throws where an entry has no description, or comes before the first group. */
function entriesOf(actionYml: string, section: 'inputs' | 'outputs'): Entry[] {
  const document = parseDocument(actionYml)
  const map: unknown = document.get(section, true)
  if (!isMap(map)) throw new Error(`action.yml has no ${section}`)
  let group = ''
  return map.items.map(({ key, value }) => {
    const comment = key.commentBefore ?? (key === map.items[0]?.key ? (map.commentBefore ?? '') : '')
    if (comment.trim() !== '') group = comment.trim()
    const { description, default: defaultValue, required = false } = value.toJSON()
    if (typeof description !== 'string') throw new Error(`${key.value} has no description`)
    if (section === 'inputs' && group === '') throw new Error(`${key.value} belongs to no group`)
    return { name: key.value, group, description, defaultValue, required }
  })
}

interface YamlMap {
  commentBefore?: string | null
  items: {
    key: { value: string; commentBefore?: string | null }
    value: { toJSON(): { description?: unknown; default?: string; required?: boolean } }
  }[]
}

function isMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && 'items' in value
}

/** Throws where the README does not have the pair of marks. */
function between(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} of action.yml -->\n`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(open), text.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`README.md has no '${open.trim()}' … '${close}'`)
  return `${text.slice(0, from)}${open}\n${content}\n${text.slice(to)}`
}
