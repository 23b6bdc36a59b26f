import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { actionYml } from './action-yml.ts'

const root = join(import.meta.dirname, '..', '..')
const files = new Map(
  readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(join(root, 'dist').length + 1), readFileSync(path, 'utf8')]
    }),
)
const scripts = [...files].filter(([name]) => /\.c?js$/.test(name))

function count(text: string): number {
  return scripts.reduce((sum, [, code]) => sum + code.split(text).length - 1, 0)
}

/** The packages a licence file names: a line with the name, and one with the licence's identifier below it. */
function licensed(path: string): string[] {
  const text = files.get(path) ?? ''
  return [...text.matchAll(/^(@?[a-z0-9./_-]+)\n[\w. -]+$/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'MIT')
}

describe('dist/', () => {
  it('is committed where action.yml says', () => {
    expect(existsSync(join(root, actionYml('runs').get('main') ?? ''))).toBe(true)
    expect(existsSync(join(root, actionYml('runs').get('post') ?? ''))).toBe(true)
  })

  it('is at most 1.5 MB', () => {
    const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(bytes).toBeLessThanOrEqual(1_500_000)
  })

  it.each(['class UndiciError ', 'class EnvHttpProxyAgent ', 'class ProxyAgent '])('has undici once: %s', (text) => {
    expect(count(text)).toBe(1)
  })

  it('has no fetch, no HTTP/2, and no second parser of undici', () => {
    expect([
      count('async function httpNetworkOrCacheFetch'),
      count("require('node:http2')"),
      count('MiloParser'),
    ]).toEqual([0, 0, 0])
    expect(count('connectH2 =')).toBe(1)
  })

  // An ES module that imports `node:http` loads undici at once: see findings/es-module-loads-undici.sh.
  it('asks Node for its modules by createRequire, and imports none but the one that has it', () => {
    const imported = scripts.flatMap(([, code]) => [...code.matchAll(/^import .* from ["']([^"']+)["'];?$/gm)])
    expect([...new Set(imported.map(([, name]) => name))].sort()).toEqual(['../left-out.cjs', 'module'])
  })

  it('names the licence of every package in it, bundle by bundle', () => {
    expect(licensed('licenses.txt')).toEqual(['@actions/core', 'valibot'])
    expect(licensed('proxy/licenses.txt')).toEqual(['undici'])
    expect(licensed('github/licenses.txt')).toEqual([
      '@actions/github',
      '@actions/http-client',
      '@octokit/auth-token',
      '@octokit/core',
      '@octokit/endpoint',
      '@octokit/graphql',
      '@octokit/plugin-paginate-rest',
      '@octokit/plugin-rest-endpoint-methods',
      '@octokit/request',
      '@octokit/request-error',
      'before-after-hook',
      'content-type',
      'json-with-bigint',
      'tunnel',
      'universal-user-agent',
    ])
  })

  it.each(['', 'github/', 'proxy/'])('has no package that %slicenses.txt does not name', (folder) => {
    const code = files.get(`${folder}index.js`) ?? ''
    const bundled = [...code.matchAll(/MODULE: \.\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].map(([, name = '']) => name)
    expect(bundled.length).toBeGreaterThan(0)
    expect(new Set(bundled).difference(new Set(licensed(`${folder}licenses.txt`)))).toEqual(new Set())
  })

  it('can be read: nothing in it is minified', () => {
    for (const [name, code] of scripts) {
      const lines = code.split('\n').filter((line) => line.length > 2000 && !line.includes('AGFzbQ'))
      expect({ name, lines: lines.map((line) => line.slice(0, 80)) }).toEqual({ name, lines: [] })
    }
  })
})
