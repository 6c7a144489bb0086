import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { isPublicAddress } from '../../providers/kit/public-address.ts'
import { createPublicFiles, type PublicNetwork } from '../../providers/kit/public-file.ts'
import type { OutgoingFile, ProviderError } from '../../providers/port/index.ts'

const limits = (over: { readonly maxBytes?: number; readonly deadline?: number } = {}) => ({
  maxBytes: 1_000,
  deadline: Date.now() + 3_000,
  signal: new AbortController().signal,
  ...over,
})

async function refusal(opening: Promise<unknown>): Promise<ProviderError> {
  try {
    await opening
  } catch (error) {
    return error as ProviderError
  }
  throw new Error('it was opened')
}

async function textOf(file: OutgoingFile): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.open()) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function listen(listener: RequestListener, host: string): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  return (server.address() as AddressInfo).port
}

/** Each private or special network by an address inside it. */
const INSIDE_V4 = [
  ...[
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
  ],
  ...['100.64.0.1', '100.127.255.254', '192.0.0.1', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.51.100.1'],
  ...['203.0.113.7', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
]

/** The ways in which a URL may write one IPv4 address. */
function spellingsOf(address: string): readonly string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  const whole = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  const hex = (number: number) => number.toString(16)
  const pair = (high: number, low: number) => hex(high * 256 + low)
  const wide = [...address]
    .map((sign) => (sign === '.' ? '。' : String.fromCodePoint(sign.charCodeAt(0) + 0xfee0)))
    .join('')
  return [
    address,
    `${address}.`,
    String(whole),
    `0x${hex(whole)}`,
    `0${whole.toString(8)}`,
    `0x${hex(a)}.0x${hex(b)}.0x${hex(c)}.0x${hex(d)}`,
    `0${a.toString(8)}.0${b.toString(8)}.0${c.toString(8)}.0${d.toString(8)}`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b * 2 ** 16 + c * 2 ** 8 + d}`,
    `0x${hex(a)}.${b}.0${c.toString(8)}.${d}`,
    wide,
    `%31%32%37.0.0.1`,
    `[::ffff:${address}]`,
    `[::ffff:${pair(a, b)}:${pair(c, d)}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b:1::${address}]`,
    `[2002:${pair(a, b)}:${pair(c, d)}::1]`,
    `[2001:0:${pair(a, b)}:${pair(c, d)}::1]`,
  ]
}

const INSIDE_V6 = [
  ...['::', '::1', '0:0:0:0:0:0:0:1', 'fe80::1', 'fec0::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', '2001:db8::1'],
  ...['3fff::1', '100::1', '5f00::1', '2001:10::1', '64:ff9b::808:808', '::ffff:8.8.8.8', '2002:808:808::1'],
].map((address) => `[${address}]`)

const HOSTS = [...new Set([...INSIDE_V4.flatMap(spellingsOf), ...INSIDE_V6, 'localhost', 'localhost.', 'LOCALHOST'])]

describe('a file named by its URL', () => {
  let port: number
  let connections = 0
  const inside = createServer((_, response) => response.end('a secret'))
  inside.on('connection', () => {
    connections += 1
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => inside.listen(0, '::', resolve))
    port = (inside.address() as AddressInfo).port
  })
  afterAll(() => void inside.close().closeAllConnections())

  it('never comes from inside, in more than 300 spellings of inside', async () => {
    expect(HOSTS.length).toBeGreaterThan(300)
    const open = createPublicFiles()
    for (const host of HOSTS) {
      const error = await refusal(open(`http://${host}:${port}/`, limits()))
      expect(error.code, host).toBe('INVALID')
    }
    expect(connections).toBe(0)
  })

  it('never comes from a host with any address inside', async () => {
    const network: PublicNetwork = {
      addressesOf: async () => ['93.184.215.14', '127.0.0.1'],
      isPublic: isPublicAddress,
    }
    const error = await refusal(createPublicFiles(network)(`http://pictures.example:${port}/`, limits()))
    expect(error).toMatchObject({ code: 'INVALID', message: 'a file named by its URL: it is not public' })
    expect(connections).toBe(0)
  })

  it('never comes from inside by a redirect of somebody outside', async () => {
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::1]', '[::ffff:7f00:1]']) {
      const outside = await listen((_, response) => {
        response.writeHead(302, { location: `http://${host}:${port}/` }).end()
      }, '127.0.0.9')
      const error = await refusal(OUTSIDE(`http://pictures.example:${outside}/`, limits()))
      expect(error.message, host).toContain('it is not public')
    }
    expect(connections).toBe(0)
  })

  it('comes from the address that was looked at, though the name leads elsewhere the next time', async () => {
    const outside = await listen((_, response) => response.end('a picture'), '127.0.0.9')
    let asked = 0
    const flipping: PublicNetwork = {
      addressesOf: async () => [asked++ === 0 ? '127.0.0.9' : '127.0.0.1'],
      isPublic: (address) => address === '127.0.0.9',
    }
    const file = await createPublicFiles(flipping)(`http://rebinding.example:${outside}/`, limits())
    expect(await textOf(file)).toBe('a picture')
    expect(asked).toBe(1)
  })

  it('is not opened with another scheme or with a user in it', async () => {
    const open = createPublicFiles()
    for (const url of [
      'file:///etc/passwd',
      'ftp://93.184.215.14/',
      'data:,x',
      '//x',
      '',
      'http://u:p@93.184.215.14/',
    ]) {
      expect((await refusal(open(url, limits()))).code, url).toBe('INVALID')
    }
  })

  it('has the name of its path, the type of its answer and its own bytes, as often as they are wanted', async () => {
    const outside = await listen((_, response) => {
      response.writeHead(200, { 'content-type': 'Image/PNG; charset=binary' }).end('pixels')
    }, '127.0.0.9')
    const file = await OUTSIDE(`http://pictures.example:${outside}/a/caf%C3%A9.png?size=2`, limits())
    expect(file).toMatchObject({ kind: 'file', fileName: 'café.png', mimeType: 'image/png', sizeBytes: 6 })
    expect([await textOf(file), await textOf(file)]).toEqual(['pixels', 'pixels'])
  })

  it('may be three redirects away and no more', async () => {
    const outside = await listen((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('here')
      else response.writeHead(307, { location: `/${left - 1}` }).end()
    }, '127.0.0.9')
    expect(await textOf(await OUTSIDE(`http://pictures.example:${outside}/3`, limits()))).toBe('here')
    const error = await refusal(OUTSIDE(`http://pictures.example:${outside}/4`, limits()))
    expect(error.message).toContain('it redirects too often')
  })

  it('is given up as soon as it is too large, whatever its server says of its size', async () => {
    let sent = 0
    const outside = await listen((_, response) => {
      const more = () => {
        sent += 1_000
        if (!response.destroyed) response.write(Buffer.alloc(1_000), () => setImmediate(more))
      }
      more()
    }, '127.0.0.9')
    const error = await refusal(OUTSIDE(`http://pictures.example:${outside}/`, limits({ maxBytes: 5_000 })))
    expect(error).toMatchObject({ code: 'INVALID', message: expect.stringContaining('more than 5000 bytes') })
    expect(sent).toBeLessThan(5_000_000)
  })

  it('is not waited for beyond the deadline', async () => {
    const outside = await listen((_, response) => void response.write('slow'), '127.0.0.9')
    const error = await refusal(OUTSIDE(`http://pictures.example:${outside}/`, limits({ deadline: Date.now() + 150 })))
    expect(error.code).toBe('TIMEOUT')
  })

  it('is refused where its server refuses it, packs it or cannot be reached', async () => {
    const outside = await listen((request, response) => {
      if (request.url === '/packed') response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
      else response.writeHead(403).end('the words of a stranger')
    }, '127.0.0.9')
    const refused = await refusal(OUTSIDE(`http://pictures.example:${outside}/`, limits()))
    expect(refused).toMatchObject({ code: 'INVALID', message: 'a file named by its URL: its server answered 403' })
    expect((await refusal(OUTSIDE(`http://pictures.example:${outside}/packed`, limits()))).code).toBe('INVALID')
    expect((await refusal(OUTSIDE('http://pictures.example:1/', limits()))).code).toBe('INVALID')
  })
})

/** Another loopback address stands for the public internet. */
const OUTSIDE = createPublicFiles({
  addressesOf: async (hostname) => (hostname === 'pictures.example' ? ['127.0.0.9'] : ['127.0.0.1']),
  isPublic: (address) => address === '127.0.0.9',
})
