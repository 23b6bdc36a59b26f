import { describe, expect, it } from 'vitest'
import { ALIBABA, BASETEN, inputsOf, mistakesOf, SAP } from './mistakes.ts'

describe("'api-url'", () => {
  it.each([
    ['http://api.example.com', 'https://'],
    ['http://127.0.0.1.example.com', 'https://'],
    ['http://localhost.example.com', 'https://'],
    ['http://10.0.0.1', 'https://'],
    ['http://0.0.0.0:8080', 'https://'],
    ['http://[::2]', 'https://'],
    ['ftp://127.0.0.1', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['javascript:alert(1)', 'https://'],
    ['api.example.com', 'https://'],
    ['https://', 'https://'],
    ['https://user:pass@api.example.com', 'password'],
    ['https://user@api.example.com', 'user name'],
    ['http://user:pass@127.0.0.1', 'password'],
    ['https://api.example.com/v1?key=1', 'query'],
    ['https://api.example.com/v1#x', 'fragment'],
  ])('%s is an error that names the input and says what is wrong, no request', async (url, why) => {
    const mistakes = await mistakesOf({ ...BASETEN, 'api-url': url })
    expect(mistakes).toEqual([expect.stringMatching(/^'api-url' /)])
    expect(mistakes[0]).toContain(why)
  })

  it('a password in it is not repeated', async () => {
    const told = await mistakesOf({ ...BASETEN, 'api-url': 'https://user:hunter22@api.example.com' })
    expect(told.join('\n')).not.toContain('hunter22')
  })

  it.each([
    'http://127.0.0.1:8080',
    'http://localhost:1',
    'http://[::1]:9/v1',
    'http://127.8.8.8',
    'https://gw.example.com/base/',
  ])('%s is taken', (url) => {
    expect(inputsOf({ ...BASETEN, 'api-url': url }).provider.settings.apiUrl.href).toBe(new URL(url).href)
  })

  it('not given: each provider has its own, Alibaba by region', () => {
    expect(inputsOf(BASETEN).provider.settings.apiUrl.href).toBe('https://api.baseten.co/v1')
    expect(inputsOf(SAP).provider.settings.apiUrl.host).toBe('api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com')
    expect(inputsOf(ALIBABA).provider.settings.apiUrl.href).toBe('https://dashscope-intl.aliyuncs.com/api/v1')
    expect(inputsOf({ ...ALIBABA, region: 'cn-beijing' }).provider.settings.apiUrl.href).toBe(
      'https://dashscope.aliyuncs.com/api/v1',
    )
  })

  it('a host that is not of the provider is told in a notice, since the credentials go there', () => {
    const { notices } = inputsOf({ ...BASETEN, 'api-url': 'https://api.baseten.co.example.com' })
    expect(notices).toEqual([expect.stringContaining('api.baseten.co.example.com')])
    expect(inputsOf(BASETEN).notices).toEqual([])
    expect(inputsOf({ ...BASETEN, 'api-url': 'https://eu.baseten.co' }).notices).toEqual([])
    expect(inputsOf({ ...BASETEN, 'api-url': 'https://evil-baseten.co' }).notices).toHaveLength(1)
  })
})
