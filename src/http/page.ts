import { createHash } from 'node:crypto'

/** A page of the gateway, and what it may do in a browser. */
export interface Page {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/** A page that runs the scripts and wears the styles that stand in it, and no others. `more`: what else it needs. */
export function pageOf(html: string, more: readonly string[] = []): Page {
  const policy = [
    "default-src 'none'",
    directive('script-src', hashesOf('script', html)),
    ...(more.some((one) => one.startsWith('style-src ')) ? [] : [directive('style-src', hashesOf('style', html))]),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ]
  return { html, headers: { 'content-security-policy': policy.join('; ') } }
}

function directive(name: string, sources: readonly string[]): string {
  return `${name} ${sources.length === 0 ? "'none'" : sources.join(' ')}`
}

/** Of what stands between the tags, to the byte. */
function hashesOf(element: 'script' | 'style', html: string): readonly string[] {
  const between = new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 'gs')
  return [...html.matchAll(between)].map(([, text = '']) => {
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  })
}
