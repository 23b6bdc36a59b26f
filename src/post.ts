/** The end of the job: what a step with `defer: true` left to do, and nothing otherwise. Kept apart to be over at once. */
if (process.env['STATE_deferred'] === 'true') {
  process.argv.push('job-end')
  await import('./index.ts')
}

export {}
