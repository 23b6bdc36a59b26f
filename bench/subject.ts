import { spawn } from 'node:child_process'

/** A program to measure. */
export interface Subject {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
}

/** One run of a program. */
export interface Measured {
  /** From the start of the process to its end. */
  ms: number
  /** Unix ms. */
  endedAt: number
  /** Peak resident set in bytes, where it was asked for and the system tells. */
  peakBytes: number | undefined
}

/** Runs a program to its end. Throws, with what it printed, where it fails. */
export async function measure(subject: Subject): Promise<Measured> {
  const { command, args, env } = subject
  const startedAt = performance.now()
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  const collect = (index: 1 | 2 | 3) => {
    const chunks: Buffer[] = []
    child.stdio[index]?.on('data', (chunk: Buffer) => chunks.push(chunk))
    return () => Buffer.concat(chunks).toString()
  }
  const [stdout, stderr, peak] = [collect(1), collect(2), collect(3)]
  let ms = 0
  let endedAt = 0
  child.once('exit', () => {
    ms = performance.now() - startedAt
    endedAt = Date.now()
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}:\n${stdout()}${stderr()}`)
  return { ms, endedAt, peakBytes: Number(peak()) || undefined }
}

/** The same program of Node's, telling its peak memory at its end. */
export function withPeak(subject: Subject): Subject {
  return { ...subject, args: ['--import', `data:text/javascript,${encodeURIComponent(TELL_PEAK)}`, ...subject.args] }
}

// Linux keeps the high-water mark of the program itself; that of getrusage() includes the process it was forked from.
const TELL_PEAK = `
import { readFileSync, writeSync } from 'node:fs'
process.on('exit', () => {
  try {
    writeSync(3, String(1024 * /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]))
  } catch {}
})`
