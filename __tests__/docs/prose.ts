import type { Nodes, Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRetext from 'remark-retext'
import retextEnglish from 'retext-english'
import retextIndefiniteArticle from 'retext-indefinite-article'
import retextRepeatedWords from 'retext-repeated-words'
import retextSimplify from 'retext-simplify'
import { unified } from 'unified'
import { VFile } from 'vfile'
import type { ProjectFile } from './files.ts'

/** Words that the rules would replace, but that are the field's own or as short as can be. */
const OURS = [
  ...['delete', 'request', 'address', 'function', 'option', 'type', 'parameters', 'observe', 'selection'],
  ...['it is', 'there is', 'there are', 'all of'],
]

const markdown = unified().use(remarkParse).use(remarkGfm)
/** The bridge asks for less than what a processor with plugins is. */
type English = Exclude<Parameters<typeof remarkRetext>[0], boolean | undefined>
const english = unified()
  .use(retextEnglish)
  .use(retextSimplify, { ignore: OURS })
  .use(retextRepeatedWords)
  .use(retextIndefiniteArticle)

/** What a maintained set of rules says against the prose of a page: wordiness, doubled words, wrong articles. */
export async function proseFindings({ path, text }: ProjectFile): Promise<string[]> {
  const file = new VFile({ path, value: text })
  const tree = markdown.parse(file)
  await unified()
    .use(remarkRetext, english as unknown as English)
    .run(tree, file)
  return file.messages.map(({ line, reason }) => `${path}:${line}: ${reason}`)
}

/** Places where GitHub-flavoured Markdown reads something else than was meant: emphasis, links in code, uneven tables. */
export function renderingFindings({ path, text }: ProjectFile): string[] {
  const findings: string[] = []
  const tell = (node: Nodes, what: string) => findings.push(`${path}:${node.position?.start.line}: ${what}`)
  const visit = (node: Nodes): void => {
    if (node.type === 'emphasis') tell(node, 'emphasis')
    if (node.type === 'inlineCode' && /\]\(/.test(node.value)) tell(node, 'a link inside code')
    if (node.type === 'table') {
      const [head] = node.children
      for (const row of node.children) {
        if (row.children.length !== head?.children.length) tell(row, `${row.children.length} cells`)
      }
    }
    // A table that is none is a paragraph that begins with a bar.
    if (node.type === 'paragraph' && node.children[0]?.type === 'text' && node.children[0].value.startsWith('|')) {
      tell(node, 'a broken table')
    }
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(rootOf(text))
  return findings
}

/** The words of a page that are prose: no code, no link targets, no comments. One text per block, with its line. */
export function proseBlocks(text: string): { line: number; text: string }[] {
  const blocks: { line: number; text: string }[] = []
  const visit = (node: Nodes): void => {
    if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell') {
      blocks.push({ line: node.position?.start.line ?? 0, text: plain(node) })
    } else if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(rootOf(text))
  return blocks
}

function plain(node: Nodes): string {
  if (node.type === 'text') return node.value
  return 'children' in node ? node.children.map(plain).join('') : ' '
}

function rootOf(text: string): Root {
  return markdown.parse(text)
}
