import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'

// `npm run worlds` plays all generated worlds, from a fresh seed; `npm run worlds -- 100000 20261121` as many as said, from that seed.

const [worlds = '10200', seed = String(randomInt(2 ** 31))] = process.argv.slice(2)
if (![worlds, seed].every((text) => /^[1-9]\d*$/.test(text))) {
  console.error('usage: npm run worlds -- [number of worlds [seed]]')
  process.exit(2)
}
console.log(`${worlds} worlds from seed ${seed}. To play them again: npm run worlds -- ${worlds} ${seed}`)
const root = join(import.meta.dirname, '..')
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'properties'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, UNDEPLOY_WORLDS: worlds, UNDEPLOY_SEED: seed } },
)
process.exitCode = status ?? 1
