/** A number with thousands apart. */
export function number(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** A time as people read it. */
export function time(ms: number): string {
  if (ms < 995) return `${Math.round(ms)} ms`
  if (ms < 99_500) return `${(ms / 1000).toFixed(ms < 9_950 ? 2 : 1)} s`
  return `${number(ms / 1000)} s`
}

export function ratio(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ×`
}

export function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'not told by this system' : `${(bytes / 1024 ** 2).toFixed(0)} MB`
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** A Markdown table. Columns after the first are numbers, and aligned as such. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
