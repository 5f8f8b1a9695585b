import { deepEqual } from 'node:assert/strict';
import { type Link, linksByRelation, parseLinks } from '../../src/models/link.ts';
import { vectors } from './runner.ts';

interface Data {
  readonly requests_parse_header_links: readonly { in: string; links: readonly Record<string, string>[] }[];
  readonly httpx_response_links: readonly {
    headers: { Link: string };
    links: Record<string, Record<string, string>>;
  }[];
}

vectors('link', 'link-header/httpx-and-requests.json', function* load(data: Data) {
  for (const { in: value, links } of data.requests_parse_header_links) {
    yield {
      id: `requests ${value}`,
      run: () => {
        deepEqual(parseLinks(value).map(flat), links);
      },
    };
  }
  for (const { headers, links } of data.httpx_response_links) {
    yield {
      id: `httpx ${headers.Link}`,
      run: () => {
        const parsed = Object.entries(linksByRelation([headers.Link]));
        deepEqual(Object.fromEntries(parsed.map(([key, link]) => [key, flat(link)])), links);
      },
    };
  }
});

function flat({ url, parameters }: Link): Record<string, string> {
  return { url, ...parameters };
}
