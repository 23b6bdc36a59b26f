import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { actionAt } from './action.ts'
import { startEmulators } from './emulated/emulators.ts'
import { machine } from './machine.ts'
import { measureBusy } from './measure/busy.ts'
import { measureGroups } from './measure/groups.ts'
import { measureMemory } from './measure/memory.ts'
import { measureNotice } from './measure/notice.ts'
import { measurePatience } from './measure/patience.ts'
import { measureRival, measureScale, type Scale } from './measure/scale.ts'
import { measureStart } from './measure/start.ts'
import { FULL, QUICK } from './plan.ts'
import { writePages } from './report/document.ts'
import { pictures } from './report/pictures.ts'
import {
  busyTable,
  floorTable,
  groupsTable,
  memoryTable,
  noticeTable,
  patienceTable,
  requestsTable,
  startTable,
  timeTable,
} from './report/tables.ts'
import { type Results, targetsTable } from './report/targets.ts'
import { findRivals } from './rivals.ts'
import { VARIANTS } from './variants.ts'

// `npm run bench` measures everything and writes docs/performance.md. `-- --quick` measures less, `-- --only start,memory` only
// that; both print what they find and write nothing, unless `--out` names a folder with a performance.md. `--dist` names the folder
// of another build to measure.

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    out: { type: 'string' },
    dist: { type: 'string' },
  },
})
const root = join(import.meta.dirname, '..')
const plan = values.quick ? QUICK : FULL
const isWanted = (part: string) => values.only === undefined || values.only.split(',').includes(part)
const isWhole = !values.quick && values.only === undefined
const out = values.out ?? (isWhole ? join(root, 'docs') : undefined)

const action = actionAt(resolve(values.dist ?? join(root, 'dist'), 'index.js'))
const single = VARIANTS.filter(({ account }) => account.bulk !== true)
const results: Results = {}
const blocks: Record<string, string> = { machine: `${machine()}${values.quick ? ' (quick run: few rounds)' : ''}.` }
const show = (part: string, block: string) => {
  blocks[part] = block
  console.log(`\n${block}`)
}
console.log(blocks['machine'])

if (isWanted('start')) await start()
if (isWanted('patience')) await patience()
const own = isWanted('scale') ? await ownScale() : []
if (isWanted('busy')) await busy()
if (isWanted('groups')) await groups()
if (isWanted('notice')) await notice()
// What the others do takes minutes, and nearly all of it is waiting; what takes no time into account is done meanwhile.
const [others] = await Promise.all([isWanted('rivals') ? rivals() : [], isWanted('memory') ? memory() : undefined])
if (own.length + others.length > 0) scale([...own, ...others])
show('targets', targetsTable(results))
if (out !== undefined) {
  writePages(out, { blocks, pictures: results.scale === undefined ? {} : pictures(results.scale) })
}

async function start(): Promise<void> {
  results.start = await measureStart(action, plan.startRounds)
  show('start', startTable(results.start))
}

async function patience(): Promise<void> {
  results.patience = []
  for (const variant of single) results.patience = [...results.patience, await measurePatience(variant)]
  show('patience', patienceTable(results.patience))
}

/** Few targets on all providers at once, since that is mostly waiting; many on one after the other. */
async function ownScale(): Promise<Scale[]> {
  await using emulators = startEmulators()
  const rows: Scale[] = []
  for (const { targets, rounds } of plan.scale) {
    const measured = VARIANTS.map((variant) => () => measureScale(variant, action, { emulators, targets, rounds }))
    if (targets <= 100) rows.push(...(await Promise.all(measured.map((each) => each()))))
    else for (const each of measured) rows.push(await each())
  }
  return rows
}

async function busy(): Promise<void> {
  const rows = []
  for (const variant of single) rows.push(await measureBusy(variant, action, plan.busyTargets))
  show('busy', busyTable(rows))
}

async function groups(): Promise<void> {
  const { count, each } = plan.groups
  const rows = []
  for (const isBulk of [false, true]) rows.push(await measureGroups(action, count, each, isBulk))
  results.groups = rows
  show('groups', groupsTable(rows))
}

async function rivals(): Promise<Scale[]> {
  await using emulators = startEmulators()
  const found = await findRivals(console.log)
  const measured = found.flatMap((rival) =>
    single
      .filter(({ account }) => rival.providers.includes(account.provider))
      .flatMap((variant) =>
        plan.rivalTargets.map((targets) => measureRival(variant, rival, { emulators, targets, rounds: 1 })),
      ),
  )
  return await Promise.all(measured)
}

async function notice(): Promise<void> {
  const [rival] = await findRivals(() => undefined)
  const { removals, noticeRounds: rounds } = plan
  results.notice = await measureNotice({ variants: single, removals, rounds, rival, action })
  show('notice', noticeTable(results.notice))
}

async function memory(): Promise<void> {
  const { listed, deleted, memoryRounds: rounds } = plan
  results.memory = await measureMemory({ variants: VARIANTS, listed, deleted, rounds, action })
  show('memory', memoryTable(results.memory))
}

function scale(rows: Scale[]): void {
  results.scale = rows
  show('requests', requestsTable(rows))
  show('time', timeTable(rows))
  show('floor', floorTable(rows))
}
