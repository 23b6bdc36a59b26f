// What the API needs, and no more: is it there, delete it, is it gone. No dependency, no check, no report.
const { URL_OF_DEPLOYMENT: url, API_KEY: key } = process.env
const headers = { authorization: `Api-Key ${key}` }
const before = await fetch(url, { headers })
await before.json()
const deletion = await fetch(url, { method: 'DELETE', headers })
await deletion.json()
const after = await fetch(url, { headers })
await after.json()
if (before.status !== 200 || deletion.status !== 200 || after.status !== 404) process.exitCode = 1
