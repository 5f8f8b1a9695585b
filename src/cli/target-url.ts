import { InvalidArgument } from '../errors/invalid-argument.ts';

/**
 * The URL that is meant by what was typed. A scheme is taken as it is. Without one, this machine is spoken to over
 * http (`localhost`, `*.localhost`, `127.*`, `[::1]`, `0.0.0.0`, and `:8080/path`, which is short for localhost), and
 * everything else over https. Over a Unix domain socket it is http, and a path alone will do.
 *
 * @throws InvalidArgument if it names no host
 */
export function targetURL(text: string, options: { readonly isUnixSocket: boolean }): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  if (text.startsWith('//')) return `https:${text}`;
  if (/^:(?:\d|\/|\?|#|$)/.test(text)) return `http://localhost${text.replace(/^:(?=\D|$)/, '')}`;
  if (/^(?:[/?#]|$)/.test(text)) {
    if (options.isUnixSocket && text !== '') return `http://localhost${text}`;
    throw new InvalidArgument(`The URL '${text}' names no host; write it as 'https://example.com/path'.`);
  }
  const isHere = options.isUnixSocket || isLoopback(text);
  return `${isHere ? 'http' : 'https'}://${text}`;
}

function isLoopback(text: string): boolean {
  const authority = /^[^/?#]*/.exec(text)![0];
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  return /^(?:(?:[^:]+\.)?localhost\.?|127(?:\.\d+){0,3}|0\.0\.0\.0|\[::1\])(?::\d*)?$/.test(host);
}
