import { decodeExtendedValue } from './extended-value.ts';
import { endOfElement, parseElementParameters } from './field-list.ts';

/** One link of a `Link` field (RFC 8288). */
export interface Link {
  /** The target as written: it may be relative to the URL of the response. */
  readonly url: string;
  /** Relation types in lower case, each once; empty if the link names none. */
  readonly rel: readonly string[];
  /**
   * All parameters, `rel` included, by their name in lower case. The first of a repeated name counts. A decoded
   * `name*` (RFC 8187) stands under `name` and wins over a plain one. The object has no prototype.
   */
  readonly parameters: Readonly<Record<string, string>>;
  /** The title: `title*` if there is one that can be decoded, else `title`. */
  readonly title?: string;
}

/**
 * Parses the value of a `Link` field (RFC 8288 §3, appendix B.2). What is not a link is skipped up to the next comma.
 *
 * @example
 * ```ts
 * import { parseLinks } from 'ternhttp';
 *
 * const [next] = parseLinks('</items?page=2>; rel="next"; title="Page 2", </items?page=9>; rel=last');
 * console.log(next?.url, next?.rel, next?.title); // '/items?page=2' [ 'next' ] 'Page 2'
 * ```
 */
export function parseLinks(value: string): Link[] {
  const links: Link[] = [];
  let position = 0;
  while (position < value.length) {
    const code = value.charCodeAt(position);
    if (code === 0x20 || code === 0x09 || code === 0x2c) {
      position++;
    } else if (code === 0x3c) {
      const close = value.indexOf('>', position);
      if (close === -1) break;
      const { parameters, end } = parseElementParameters(value, close + 1);
      links.push(toLink(value.slice(position + 1, close), parameters));
      position = end;
    } else {
      position = endOfElement(value, position);
    }
  }
  return links;
}

/**
 * The links of a response by their relation type. A link with several types stands under each, one with none under
 * its URL; of several links with a type the first wins. A link with an `anchor` speaks about another resource than
 * the response and is left out (RFC 8288 §3.2); {@link parseLinks} reports it.
 *
 * @param values the values of all `Link` fields
 * @returns an object without a prototype
 *
 * @example
 * ```ts
 * import { linksByRelation } from 'ternhttp';
 *
 * const links = linksByRelation(['</items?page=2>; rel="next last"', '</help>; rel=help']);
 * console.log(links['next']?.url, links['last']?.url, links['help']?.url); // '/items?page=2' '/items?page=2' '/help'
 * ```
 */
export function linksByRelation(values: readonly string[]): Record<string, Link> {
  const links: Record<string, Link> = Object.create(null);
  for (const value of values) {
    for (const link of parseLinks(value)) {
      if (link.parameters['anchor'] !== undefined) continue;
      for (const key of link.rel.length === 0 ? [link.url] : link.rel) links[key] ??= link;
    }
  }
  return links;
}

function toLink(url: string, pairs: readonly (readonly [name: string, value: string])[]): Link {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) if (!name.endsWith('*')) parameters[name] ??= value;
  const decoded = new Set<string>();
  for (const [name, value] of pairs) {
    if (!name.endsWith('*') || decoded.has(name)) continue;
    const text = decodeExtendedValue(value);
    if (text === undefined) continue;
    decoded.add(name);
    parameters[name.slice(0, -1)] = text;
  }
  const rel = [...new Set((parameters['rel'] ?? '').toLowerCase().split(/[ \t]+/))].filter(
    (type) => type !== '',
  );
  const title = parameters['title'];
  return { url, rel, parameters, ...(title === undefined ? {} : { title }) };
}
