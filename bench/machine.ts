import { readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, totalmem, type } from 'node:os'

/** The machine in one line, without anything that tells whose it is. */
export function machine(): string {
  const memory = Math.round(totalmem() / 1024 ** 3)
  const processor = cpus()[0]?.model.trim() || arch()
  return `${availableParallelism()} cores (${processor}), ${memory} GiB, ${system()}, Node ${process.versions.node}`
}

function system(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    if (name !== undefined) return name
  } catch {
    // Only Linux has this file.
  }
  return type()
}
