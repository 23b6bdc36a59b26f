import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { chromium } from 'playwright-core'
import { pageOf } from './page.mjs'

// Draws every job summary that the tests expect as GitHub would show it, in its light and its dark theme, into `out/`; with
// `--docs`, the pictures of the README too. Names of summaries as arguments draw only those.
const root = join(import.meta.dirname, '..', '..')
const expected = join(root, '__tests__', 'report', 'expected')
const out = join(import.meta.dirname, 'out')
const docs = join(root, 'docs', 'images')
/** That of a summary on GitHub in a wide window. Pixels. */
const WIDTH = 1012
const PLACES = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
/** Without these, Chromium asks its own servers for updates at every start. */
const QUIET = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update']

const executablePath = PLACES.find((path) => path !== '' && existsSync(path))
if (executablePath === undefined) {
  console.error(
    'Chromium is missing. On Debian or Ubuntu: sudo apt-get install chromium fonts-noto-color-emoji. Elsewhere, set CHROMIUM to the path of Chromium or Chrome.',
  )
  process.exit(1)
}

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const wantsDocs = process.argv.includes('--docs')
mkdirSync(out, { recursive: true })
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({
  executablePath,
  args: [...QUIET, '--disable-sync', '--disable-gpu', ...sandbox],
})
try {
  const names = readdirSync(expected).map((file) => parse(file).name)
  for (const name of names.filter((name) => asked.length === 0 || asked.includes(name))) {
    for (const theme of ['light', 'dark']) await draw(name, theme)
  }
} finally {
  await browser.close()
}

async function draw(name, theme) {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 400 } })
  // Nothing in a summary may make the browser ask anybody.
  await page.route('**/*', (route) => {
    console.error(`${name}: asked for ${route.request().url()}`)
    process.exitCode = 1
    return route.abort()
  })
  await page.setContent(pageOf(readFileSync(join(expected, `${name}.md`), 'utf8'), theme))
  const drawn = await page.evaluate(() => window.drawn)
  if (drawn !== 'drawn') {
    console.error(`${name}: ${drawn}`)
    process.exitCode = 1
  }
  await page.screenshot({ path: join(out, `${name}-${theme}.png`), fullPage: true })
  if (wantsDocs && name === 'unused') await picture(page, theme)
  await page.evaluate(() => {
    for (const fold of [...document.querySelectorAll('details')].slice(0, 12)) fold.open = true
  })
  // The upper part: a thousand rows are no picture.
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ width: WIDTH, height: Math.min(height, 4000) })
  await page.screenshot({ path: join(out, `${name}-${theme}-open.png`) })
  await page.close()
  console.log(`${name} in the ${theme} theme`)
}

/** The README's picture. */
async function picture(page, theme) {
  mkdirSync(docs, { recursive: true })
  await page.screenshot({ path: join(docs, `summary-${theme}.png`), fullPage: true })
}
