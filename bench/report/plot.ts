/** A line through points; both axes are logarithmic. */
export interface Series {
  name: string
  /** Decides the colour. */
  kind: 'action' | 'bulk' | 'bash' | 'sap-client'
  points: readonly { x: number; y: number }[]
}

export interface Panel {
  title: string
  series: readonly Series[]
}

export interface Plot {
  title: string
  /** What the picture shows, for those who cannot see it. */
  description: string
  xLabel: string
  /** How a value on the upright axis is written. */
  tick: (value: number) => string
  panels: readonly Panel[]
}

const WIDTH = 900
const HEIGHT = 330
const TOP = 64
const BOTTOM = HEIGHT - 52
const LEFT = 58
const GAP = 92
const LABEL_HEIGHT = 14

// The picture brings its own ground: what it stands on does not follow the same switch everywhere.
const STYLE = `
  svg { --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0;
        --action: #0969da; --bulk: #1a7f37; --bash: #bc4c00; --sap-client: #8250df; }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --line: #3d444d;
          --action: #58a6ff; --bulk: #3fb950; --bash: #f0883e; --sap-client: #bc8cff; }
  }
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--faint); }
  .title { font-size: 15px; font-weight: 600; fill: var(--ink); }
  .panel { font-weight: 600; fill: var(--ink); }
  .grid { stroke: var(--line); stroke-width: 1; }
  .curve { fill: none; stroke-width: 2; }
${(['action', 'bulk', 'bash', 'sap-client'] as const)
  .map((kind) => `  .${kind} { stroke: var(--${kind}); } .dot-${kind}, .name-${kind} { fill: var(--${kind}); }`)
  .join('\n')}
`

/** Draws panels side by side on one scale, as an SVG that needs nothing else. */
export function draw({ title, description, xLabel, tick, panels }: Plot): string {
  const all = panels.flatMap(({ series }) => series.flatMap(({ points }) => points))
  const [low, high] = decades(all.map(({ y }) => y))
  const [first, last] = decades(all.map(({ x }) => x))
  const width = (WIDTH - LEFT - panels.length * GAP) / panels.length
  const y = (value: number) => BOTTOM - ((Math.log10(value) - low) / (high - low)) * (BOTTOM - TOP)
  const body = panels.map((panel, index) => {
    const left = LEFT + index * (width + GAP)
    const x = (value: number) => left + ((Math.log10(value) - first) / (last - first)) * width
    return [
      text(left, TOP - 14, panel.title, 'panel'),
      ...powers(low, high).map((value) => grid(left, width, y(value))),
      ...(index === 0 ? powers(low, high).map((value) => text(left - 8, y(value) + 4, tick(value), '', 'end')) : []),
      ...powers(first, last).map((value) => text(x(value), BOTTOM + 18, value.toLocaleString('en-US'), '', 'middle')),
      ...panel.series.map(({ kind, points }) =>
        curve(
          kind,
          points.map((point) => [x(point.x), y(point.y)]),
        ),
      ),
      ...names(panel.series, left + width + 8, y),
    ].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title description">
<title id="title">${harmless(title)}</title>
<desc id="description">${harmless(description)}</desc>
<style>${STYLE}</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="var(--ground)"/>
${text(16, 26, title, 'title')}
${body.join('\n')}
${text(LEFT, HEIGHT - 12, xLabel)}
</svg>
`
}

/** The powers of ten around the values, as exponents. */
function decades(values: readonly number[]): [number, number] {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9)
  return [low, Math.max(high, low + 1)]
}

function powers(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
}

function grid(left: number, width: number, y: number): string {
  return `<line class="grid" x1="${round(left)}" x2="${round(left + width)}" y1="${round(y)}" y2="${round(y)}"/>`
}

function curve(kind: Series['kind'], points: readonly (readonly [number, number])[]): string {
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')
  const dots = points.map(([x, y]) => `<circle class="dot-${kind}" cx="${round(x)}" cy="${round(y)}" r="3"/>`)
  return [`<polyline class="curve ${kind}" points="${path}"/>`, ...dots].join('\n')
}

/** Each line's name at its end, moved apart where they would meet. */
function names(series: readonly Series[], left: number, y: (value: number) => number): string[] {
  const ends = series
    .map(({ name, kind, points }) => ({ name, kind, at: y(points.at(-1)?.y ?? 1) + 4 }))
    .sort((a, b) => b.at - a.at)
  for (const [index, end] of ends.entries()) {
    const below = ends[index - 1]
    if (below !== undefined) end.at = Math.min(end.at, below.at - LABEL_HEIGHT)
  }
  return ends.map(({ name, kind, at }) => text(left, at, name, `name-${kind}`))
}

function text(x: number, y: number, content: string, className = '', anchor = 'start'): string {
  const attributes = `${className === '' ? '' : ` class="${className}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${harmless(content)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function harmless(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
