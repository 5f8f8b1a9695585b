import type { TraceEvent } from '../models/trace.ts';
import { formatStatusLine } from './format-head.ts';
import type { Style } from './style.ts';

/** How the log of the wire is written. */
export interface WireLogOptions {
  readonly style: Style;
  /** False if the heads of responses are shown elsewhere on the same screen. */
  readonly showsResponses: boolean;
}

type Info = TraceEvent['info'];
type Field = readonly [name: string, value: string];

/**
 * What happened on the wire, as lines of text: `*` in front of what the client does, `>` of what it sends, `<` of
 * what it receives.
 *
 * @returns nothing for an event that says nothing to people
 */
export function wireLogLines(event: TraceEvent, options: WireLogOptions): string[] {
  const { style, showsResponses } = options;
  const { info } = event;
  const note = (text: string): string[] => [style.palette.dim(`* ${style.clean(text)}`)];
  switch (event.name) {
    case 'connection.lookup.started':
      return note(`Resolving '${text(info, 'hostname')}'`);
    case 'connection.lookup.complete':
      return note(`Resolved '${text(info, 'hostname')}' to ${addresses(info)}`);
    case 'connection.connect_tcp.started':
      return note(`Connecting to '${text(info, 'host')}' on port ${text(info, 'port')}`);
    case 'connection.connect_tcp.complete':
      return note(`Connected to '${text(info, 'host')}' on port ${text(info, 'port')}`);
    case 'connection.connect_tcp.failed':
      return note(
        `Connecting to '${text(info, 'host')}' on port ${text(info, 'port')} failed: ${message(info)}`,
      );
    case 'connection.connect_unix_socket.started':
      return note(`Connecting to '${text(info, 'path')}'`);
    case 'connection.connect_unix_socket.complete':
      return note(`Connected to '${text(info, 'path')}'`);
    case 'connection.start_tls.started':
      return note(`TLS handshake for '${text(info, 'servername')}', offering ${text(info, 'alpn')}`);
    case 'connection.start_tls.complete':
      return note(tlsLine(info));
    case 'connection.retry':
      if (info['connection'] === undefined)
        return note(`No connection (${text(info, 'reason')}); ${again(info)}`);
      return note(
        `Connection ${text(info, 'connection')} was dead (${text(info, 'reason')}); sending again on another`,
      );
    case 'pool.acquire.complete':
      return info['reused'] === true ? note(`Using connection ${text(info, 'connection')} again`) : [];
    case 'http11.send_request_headers.started':
      return sent(info, 'HTTP/1.1', options);
    case 'http2.send_request_headers.started':
      return sent(info, 'HTTP/2', options);
    case 'http11.send_request_body.complete':
    case 'http2.send_request_body.complete':
      return info['bytes'] === 0 ? [] : note(`Sent ${bytes(info)} of body`);
    case 'http11.informational':
      return received(info, '1.1', options);
    case 'http2.informational':
      return received(info, '2', options);
    case 'http11.receive_response_headers.complete':
    case 'http2.receive_response_headers.complete':
      return showsResponses ? received(info, text(info, 'version'), options) : [];
    case 'http11.receive_response_body.complete':
    case 'http2.receive_response_body.complete':
      // On a shared screen it would stand in the middle of the response.
      return showsResponses ? note(`Received ${bytes(info)} of body`) : [];
    case 'client.retry':
      return note(`Not good enough (${text(info, 'reason')}); ${again(info)}`);
    case 'client.redirect':
      return note(`Following the redirect (${text(info, 'status')}) to ${text(info, 'to')}`);
    default:
      return [];
  }
}

function again(info: Info): string {
  return `attempt ${text(info, 'attempt')} in ${text(info, 'delay')} ms`;
}

function sent(info: Info, version: string, { style }: WireLogOptions): string[] {
  const arrow = style.palette.dim('>');
  return [
    `${arrow} ${style.palette.bold(text(info, 'method'))} ${text(info, 'target')} ${style.palette.dim(version)}`,
    ...fieldLines(arrow, info['headers'] as readonly Field[], style),
    arrow,
  ];
}

function received(info: Info, version: string, { style }: WireLogOptions): string[] {
  const arrow = style.palette.dim('<');
  return [
    `${arrow} ${formatStatusLine(version, Number(info['status']), text(info, 'reason'), style)}`,
    ...fieldLines(arrow, info['headers'] as readonly Field[], style),
    arrow,
  ];
}

function fieldLines(arrow: string, fields: readonly Field[], { palette, clean }: Style): string[] {
  return fields.map(([name, value]) => `${arrow} ${palette.cyan(name)}: ${clean(value)}`);
}

function tlsLine(info: Info): string {
  const facts = [
    text(info, 'protocol'),
    text(info, 'cipher'),
    info['alpn'] === null ? 'no ALPN' : `ALPN ${text(info, 'alpn')}`,
    info['authorized'] === true ? 'certificate verified' : 'certificate NOT verified',
    ...(info['resumed'] === true ? ['session resumed'] : []),
  ];
  return `TLS established: ${facts.join(', ')}`;
}

function addresses(info: Info): string {
  const list = info['addresses'] as readonly { readonly address: string }[];
  return list.map(({ address }) => address).join(', ');
}

function bytes(info: Info): string {
  return info['bytes'] === 1 ? '1 byte' : `${text(info, 'bytes')} bytes`;
}

function message(info: Info): string {
  return info['error'] instanceof Error ? info['error'].message : String(info['error']);
}

function text(info: Info, name: string): string {
  const value = info[name];
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
