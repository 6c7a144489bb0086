import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../providers/kit/public-address.ts'
import { createPublicFiles, type PublicNetwork } from '../../providers/kit/public-file.ts'
import { ProviderError } from '../../providers/port/index.ts'
import { spellingsOf } from './inside-spellings.ts'

/** Of loopback, so that whatever gets through is heard by the server there; and of where clouds keep their secrets. */
const LOOPBACK = spellingsOf([127, 0, 0, 1])
const OTHERS = [
  [0, 0, 0, 0],
  [127, 255, 255, 254],
  [10, 0, 0, 1],
  [172, 16, 0, 1],
  [192, 168, 0, 1],
  [169, 254, 169, 254],
  [100, 100, 100, 200],
].flatMap((address) => spellingsOf(address))

const IPV6 = [
  ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[0000:0000:0000:0000:0000:0000:0000:0001]', '[::0.0.0.1]', '[0::1]'],
  ...['[fe80::1]', '[fe80::1%25lo]', '[fe80::1%25eth0]', '[fe80::1%lo]', '[::1%25lo]', '[::1%lo]', '[FE80::1]'],
  ...['[fc00::1]', '[fd00:ec2::254]', '[fec0::1]', '[ff01::1]', '[ff02::1]', '[ff05::2]', '[FD00:EC2::254]'],
  ...['[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2001:db8::1]'],
  ...['[2001:0:53aa:64c:0:0:80ff:fffe]', '[2001::7f00:1]', '[100::1]', '[::ffff:0:7f00:1]', '[::ffff:0:127.0.0.1]'],
]

/** What a name server of somebody else's may say of a name, and names that machines know by themselves. */
const NAMES = [
  ...[
    'localhost',
    'localhost.',
    'LOCALHOST',
    'LocalHost',
    'ｌｏｃａｌｈｏｓｔ',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'loc%61lhost',
    'local\thost',
  ],
  ...['metadata.google.internal', 'ip6-localhost', 'foo.localhost', 'kubernetes.default.svc', 'a.b.c.localhost.'],
]

/** Around a host: what reads a URL by halves takes another part for the host. */
const AROUND: readonly ((host: string, port: number) => string)[] = [
  (host, port) => `http://${host}:${port}/`,
  (host, port) => `HTTP://${host}:${port}`,
  (host, port) => ` http://${host}:${port}/ `,
  (host, port) => `\thttp://${host}:${port}/\n`,
  (host, port) => `ht\ntp://${host}:${port}/`,
  (host, port) => `http:\\\\${host}:${port}\\`,
  (host, port) => `http:/${host}:${port}/`,
  (host, port) => `http:${host}:${port}/`,
  (host, port) => `http:////${host}:${port}/`,
  (host, port) => `https://${host}:${port}/`,
  (host, port) => `http://${host}:0${port}/?a=b#c`,
]

const DISGUISED = [
  ...[
    'http://93.184.215.14@HOST/',
    'http://user:password@HOST/',
    'http://@HOST/',
    'http://:@HOST/',
    'http://a%40b@HOST/',
  ],
  ...[
    'http://HOST#@93.184.215.14/',
    'http://HOST?@93.184.215.14/',
    'http://HOST/@93.184.215.14',
    'http://HOST\\@93.184.215.14/',
  ],
  ...[
    'http://HOST%2f@93.184.215.14:1/',
    'http://93.184.215.14\\@HOST/',
    'http://HOST%00.example/',
    'http://HOST%23.example/',
  ],
]
const SCHEMES = [
  ...[
    'file',
    'ftp',
    'gopher',
    'dict',
    'ldap',
    'tftp',
    'sftp',
    'ws',
    'wss',
    'jar:http',
    'view-source:http',
    'blob:http',
    'netdoc',
  ],
  ...[
    'unix',
    'http+unix',
    'javascript',
    'data',
    'about',
    'h',
    'httpx',
    'ttp',
    '',
    'http2',
    'feed',
    'php',
    'urn',
    'mailto',
  ],
]

describe('a file named by its URL never comes from inside', () => {
  let port: number
  let connections = 0
  const tried = new Set<string>()
  const inside = createServer((_, response) => response.end('a secret'))
  inside.on('connection', () => {
    connections += 1
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => inside.listen(0, '::', resolve))
    port = (inside.address() as AddressInfo).port
  })
  afterAll(() => void inside.close().closeAllConnections())

  async function expectRefused(url: string, network?: PublicNetwork): Promise<void> {
    tried.add(url)
    const limits = { maxBytes: 1_000, deadline: Date.now() + 4_000, signal: new AbortController().signal }
    const outcome = await createPublicFiles(network)(url, limits).catch((error: unknown) => error)
    expect(outcome, JSON.stringify(url)).toBeInstanceOf(ProviderError)
    expect((outcome as ProviderError).message).not.toContain('secret')
    expect(connections, JSON.stringify(url)).toBe(0)
  }

  it('however its address is written', async () => {
    for (const host of [...LOOPBACK, ...OTHERS, ...IPV6]) await expectRefused(`http://${host}:${port}/`)
  })

  it('however the URL around it is written', async () => {
    for (const host of [...LOOPBACK.slice(0, 12), '[::1]', 'localhost']) {
      for (const around of AROUND) await expectRefused(around(host, port))
    }
  })

  it('under any name that means it', async () => {
    const knowing: PublicNetwork = { addressesOf: async () => ['127.0.0.1'], isPublic: isPublicAddress }
    for (const name of NAMES) await expectRefused(`http://${name}:${port}/`, knowing)
  })

  it('behind another host, or with another scheme', async () => {
    const nobody: PublicNetwork = { addressesOf: async () => [], isPublic: isPublicAddress }
    for (const url of DISGUISED) {
      for (const host of [`127.0.0.1:${port}`, `[::1]:${port}`]) await expectRefused(url.replace('HOST', host), nobody)
    }
    for (const scheme of SCHEMES) await expectRefused(`${scheme}://127.0.0.1:${port}/`)
  })

  it('by any redirect, to any spelling', async () => {
    const outside = createServer(({ url = '' }, response) => {
      const [status = 302, to = ''] = JSON.parse(decodeURIComponent(url.slice(1))) as [number, string]
      response.writeHead(status, { location: to }).end()
    })
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.9', resolve))
    const outsidePort = (outside.address() as AddressInfo).port
    const network: PublicNetwork = {
      addressesOf: async (name) => [name === 'pictures.example' ? '127.0.0.9' : '127.0.0.1'],
      isPublic: (address) => address === '127.0.0.9',
    }
    const places = [...LOOPBACK, '[::1]', '[::ffff:7f00:1]', 'localhost', 'inside.example']
    for (const [index, place] of places.entries()) {
      // Nothing but ASCII may stand in a header.
      const to = encodeURI(`${index % 3 === 0 ? '' : 'http:'}//${place}:${port}/`)
      const status = [301, 302, 303, 307, 308][index % 5]
      const asked = encodeURIComponent(JSON.stringify([status, to]))
      await expectRefused(`http://pictures.example:${outsidePort}/${asked}`, network)
    }
    outside.close().closeAllConnections()
  })

  it('from a name whose address changes between one look and the next', async () => {
    const orders = [
      ['93.184.215.14', '127.0.0.1'],
      ['127.0.0.1', '93.184.215.14'],
      ['::1', '2606:4700::1111'],
    ]
    for (const order of orders) {
      let asked = 0
      const flipping: PublicNetwork = {
        // Nothing listens at the first one in here: it is refused or runs out of time, but never goes to the second.
        addressesOf: async () => [order[asked++ % 2] ?? ''],
        isPublic: isPublicAddress,
      }
      await expectRefused(`http://rebinding.example:${port}/`, flipping)
      expect(asked).toBe(1)
    }
    const both: PublicNetwork = {
      addressesOf: async () => ['93.184.215.14', '::ffff:127.0.0.1'],
      isPublic: isPublicAddress,
    }
    await expectRefused(`http://rebinding.example:${port}/`, both)
  })

  it('in more than 500 ways', () => {
    expect(tried.size).toBeGreaterThan(500)
  })
})
