import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { VERSION } from '../../src/lib/version.ts'
import { projectFile } from './action-yml.ts'

const VERSIONS = v.record(v.string(), v.string())
const PACKAGE = v.object({ version: v.string(), dependencies: VERSIONS, devDependencies: VERSIONS })
const LOCK = v.object({ version: v.string(), packages: v.record(v.string(), v.looseObject({})) })

const manifest = v.parse(PACKAGE, JSON.parse(projectFile('package.json')))
const lock = v.parse(LOCK, JSON.parse(projectFile('package-lock.json')))

/** Every place where a package is installed. */
function copiesOf(name: string): string[] {
  return Object.keys(lock.packages).filter(
    (path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
  )
}

describe('the version', () => {
  it('in the code is that of package.json and of the lock', () => {
    expect([VERSION, lock.version]).toEqual([manifest.version, manifest.version])
  })
})

describe('the tests', () => {
  it('run on the Node that the runner uses, 24', () => {
    expect(process.version).toMatch(/^v24\./)
  })
})

describe('dependencies', () => {
  it.each(['undici', '@actions/http-client'])('%s is installed exactly once', (name) => {
    expect(copiesOf(name)).toEqual([`node_modules/${name}`])
  })

  it('are pinned to exact versions', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  it('for every platform are in the lock, or npm ci would refuse it', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(v.parse(v.fallback(VERSIONS, {}), entry['optionalDependencies'])).filter(
        (name) => !(`${path}/node_modules/${name}` in lock.packages) && !(`node_modules/${name}` in lock.packages),
      ),
    )
    expect(missing).toEqual([])
  })

  it('come from whatever registry npm is set to: the lock names none', () => {
    expect(Object.entries(lock.packages).filter(([, entry]) => 'resolved' in entry)).toEqual([])
    expect(projectFile('package-lock.json')).not.toMatch(/registry\.|\.tgz"|localhost|127\.0\.0\.1/)
  })

  it('each has an integrity hash in the lock', () => {
    const without = Object.entries(lock.packages).filter(
      ([path, entry]) => path !== '' && !('integrity' in entry) && entry['inBundle'] !== true,
    )
    expect(without.map(([path]) => path)).toEqual([])
  })
})
