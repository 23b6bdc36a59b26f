import { writeFileSync } from 'node:fs'
import { it } from 'vitest'
import * as scenes from './scenes.ts'

it.each(Object.entries(scenes))(
  '%s',
  async (name, scene) => {
    const t = performance.now()
    const acted = await (scene as () => Promise<any>)()
    console.log(
      name,
      acted.outputs.status,
      Math.round(performance.now() - t),
      acted.summary.length,
      JSON.stringify(acted.log.filter((l: string) => /^(error|warning)/.test(l))).slice(0, 500),
    )
    writeFileSync(`/tmp/scene-${name}.md`, acted.summary)
    writeFileSync(`/tmp/scene-${name}.log`, acted.log.join('\n'))
  },
  60000,
)
