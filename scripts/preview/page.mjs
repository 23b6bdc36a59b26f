import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Marked } from 'marked'
import sanitize from 'sanitize-html'

const require = createRequire(import.meta.url)
const read = (specifier) => readFileSync(require.resolve(specifier), 'utf8')

/** What GitHub's sanitiser leaves, as far as summaries are concerned: no style, class, id or script. */
const ALLOWED = {
  allowedTags: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'pre', 'code', 'kbd', 'sub', 'sup', 'samp'],
    ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'a', 'img', 'input'],
    ...['b', 'i', 'strong', 'em', 'del', 's', 'q', 'tt', 'var', 'ins', 'div', 'span', 'details', 'summary', 'picture'],
  ],
  allowedAttributes: {
    '*': ['align', 'title', 'dir', 'lang'],
    a: ['href'],
    img: ['src', 'alt', 'width', 'height'],
    input: ['type', 'checked', 'disabled'],
    details: ['open'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
}

const ALERT = /<blockquote>\s*<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*(?:<br>)?/g

/** The body of a page for GitHub-flavoured Markdown. Diagrams are left as text for the browser. */
export function bodyOf(markdown) {
  const diagrams = []
  const marked = new Marked({ gfm: true })
  marked.use({
    renderer: {
      code({ lang, text }) {
        if (lang !== 'mermaid') return false
        return `<p>MERMAID-${diagrams.push(text) - 1}-DIAGRAM</p>`
      },
    },
  })
  return sanitize(marked.parse(markdown), ALLOWED)
    .replace(ALERT, (_, kind) => {
      const [title, low] = [kind[0] + kind.slice(1).toLowerCase(), kind.toLowerCase()]
      return `<blockquote class="markdown-alert markdown-alert-${low}"><p class="markdown-alert-title">${title}</p><p>`
    })
    .replace(/<p>MERMAID-(\d+)-DIAGRAM<\/p>/g, (_, at) => `<pre class="mermaid">${escaped(diagrams[at])}</pre>`)
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** A whole page that needs nothing from the network, in GitHub's `light` or `dark` theme. */
export function pageOf(markdown, theme) {
  const background = theme === 'dark' ? '#0d1117' : '#ffffff'
  const mermaidTheme = theme === 'dark' ? 'dark' : 'default'
  return `<!doctype html><html><head><meta charset="utf-8"><style>
${read(`github-markdown-css/github-markdown-${theme}.css`)}
body { margin: 0; background: ${background} }
.markdown-body { box-sizing: border-box; max-width: 1012px; margin: 0 auto; padding: 24px }
.mermaid { background: none !important; text-align: center }
</style></head><body><article class="markdown-body">${bodyOf(markdown)}</article>
<script>${read('mermaid/dist/mermaid.min.js').replaceAll('</script', '<\\/script')}</script>
<script>
mermaid.initialize({ startOnLoad: false, theme: '${mermaidTheme}', securityLevel: 'strict' })
window.drawn = mermaid.run({ querySelector: '.mermaid' }).then(() => 'drawn', (error) => 'diagram broken: ' + error.message)
</script></body></html>`
}
