import { readFileSync, writeFileSync } from 'node:fs'
import { withTables } from './tables.ts'

// `npm run docs` writes the tables of inputs and outputs into the README, from action.yml. `node scripts/docs.ts changelog 1.2.3`
// prints what CHANGELOG.md says of that version, for its release.

const [task = 'tables', version = ''] = process.argv.slice(2)

switch (task) {
  case 'tables':
    writeFileSync('README.md', withTables(readFileSync('README.md', 'utf8'), readFileSync('action.yml', 'utf8')))
    break
  case 'changelog':
    printSection(readFileSync('CHANGELOG.md', 'utf8'), version)
    break
  default:
    console.error(`'${task}' is not known; known: tables, changelog <version>`)
    process.exitCode = 1
}

function printSection(changelog: string, version: string): void {
  const sections = changelog.split(/^## /m).slice(1)
  const section = sections.find((each) => each.startsWith(`[${version}]`))
  const text = section
    ?.split('\n')
    .slice(1)
    .join('\n')
    .replace(/^\[[^\]]+\]: .*$/gm, '')
    .trim()
  if (text) console.log(text)
  else {
    console.error(`CHANGELOG.md has nothing under '## [${version}]'`)
    process.exitCode = 1
  }
}
