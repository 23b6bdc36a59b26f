/** A headline between parts of what is shown. */
export function title(text: string): void {
  console.log(`\n\x1b[1m──── ${text} ────\x1b[0m`)
}

/** Prints the log as GitHub shows it: commands carried out, debug lines hidden. */
export function show(text: string): void {
  for (const line of text.split('\n')) {
    if (/^::(add-mask|debug|endgroup)::/.test(line) || line === '') continue
    console.log(
      line.replace(/^::group::/, '▾ ').replace(/^::(error|warning|notice)[^:]*::/, (_, level) => `${level}: `),
    )
  }
}
