if (process.env['STATE_deferred'] === 'true') {
    process.argv.push('job-end');
    await import('./index.js');
}
export {};
