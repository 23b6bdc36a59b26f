import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('this Node knows every setting that spares memory: one it does not know would be complained about in every log', () => {
  const source = readFileSync(new URL('../src/memory.ts', import.meta.url), 'utf8')
  const flags = [...source.matchAll(/'(--[^']+)'/g)].map(([, flag = '']) => flag)
  expect(flags.length).toBeGreaterThan(3)
  const code = flags.map((flag) => `v8.setFlagsFromString('${flag}')`).join(';')
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
  const wrong = spawnSync(process.execPath, ['-e', "v8.setFlagsFromString('--no-such-setting')"], { encoding: 'utf8' })
  expect(wrong.stderr).not.toBe('')
})
