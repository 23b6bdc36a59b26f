import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

// `node scripts/node24.mjs <script> [arguments]` runs a script of this project, or says which Node it needs. An older Node stops at
// the first TypeScript file with a stack trace, so this file is plain JavaScript.
const [script = '', ...args] = process.argv.slice(2)
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `Undeploy's scripts need Node 24 or later, and this is ${process.version}: install it from https://nodejs.org, then try again.`,
  )
  process.exitCode = 1
} else {
  process.argv = [process.argv[0], resolve(script), ...args]
  await import(pathToFileURL(resolve(script)).href)
}
