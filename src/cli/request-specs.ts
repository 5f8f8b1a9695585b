import type { OptionSpec } from './argument-parser.ts';

/** Options under one heading of the help. */
export interface OptionGroup {
  readonly title: string;
  readonly specs: readonly OptionSpec[];
}

/** Every option of a request. */
export const REQUEST_GROUPS: readonly OptionGroup[] = [
  {
    title: 'Request',
    specs: [
      {
        name: 'method',
        short: 'm',
        values: ['METHOD'],
        help: 'Method of the request. Default: GET, or POST with a body.',
      },
      {
        name: 'params',
        short: 'p',
        values: ['NAME', 'VALUE'],
        isRepeatable: true,
        help: 'Parameter to add to the query of the URL.',
      },
      {
        name: 'headers',
        short: 'h',
        values: ['NAME', 'VALUE'],
        isRepeatable: true,
        separator: ':',
        help: "Header field, also as one argument 'NAME: VALUE'; 'NAME:' removes one that is sent by itself.",
      },
      {
        name: 'cookies',
        values: ['NAME', 'VALUE'],
        isRepeatable: true,
        help: 'Cookie for the host of the URL.',
      },
    ],
  },
  {
    title:
      'Body (one kind; TEXT may be @FILE, or - for standard input; @@ stands for a text that begins with @)',
    specs: [
      { name: 'content', short: 'c', values: ['TEXT'], help: 'Send this as it is.' },
      {
        name: 'form',
        short: 'd',
        aliases: ['data'],
        values: ['NAME', 'VALUE'],
        isRepeatable: true,
        help: 'Form field; together with --files it becomes a part of the multipart body.',
      },
      {
        name: 'files',
        short: 'f',
        values: ['NAME', 'PATH'],
        isRepeatable: true,
        help: 'File to upload as a part of a multipart body; - for standard input.',
      },
      {
        name: 'json-body',
        short: 'j',
        values: ['TEXT'],
        help: 'Send this JSON text, with its Content-Type. (--json is about the output.)',
      },
    ],
  },
  {
    title: 'Authentication',
    specs: [
      {
        name: 'auth',
        values: ['USER', 'PASSWORD'],
        help: 'Basic authentication; - for the password asks for it.',
      },
      {
        name: 'digest',
        values: ['USER', 'PASSWORD'],
        help: 'Digest authentication; - for the password asks for it.',
      },
      { name: 'bearer', values: ['TOKEN'], help: 'Bearer token; - asks for it.' },
      { name: 'netrc', help: 'Basic authentication with what ~/.netrc has for the host.' },
      { name: 'netrc-file', values: ['FILE'], help: 'The same with another netrc file.' },
    ],
  },
  {
    title: 'Connection',
    specs: [
      { name: 'follow-redirects', short: 'L', help: 'Follow redirects and print every response on the way.' },
      {
        name: 'timeout',
        values: ['SECONDS'],
        help: 'Limit of each of pool, connect, write and read. Default: 5; 0 for none.',
      },
      { name: 'timeout-connect', values: ['SECONDS'], help: 'Limit for opening a connection alone.' },
      {
        name: 'timeout-first-byte',
        values: ['SECONDS'],
        help: 'Limit from the request to the first byte of the response.',
      },
      { name: 'timeout-total', values: ['SECONDS'], help: 'Limit for everything together. Default: none.' },
      { name: 'no-verify', help: 'Accept any certificate. Insecure.' },
      {
        name: 'ca',
        values: ['FILE'],
        help: 'Certificates (PEM) of authorities to trust instead of the built-in ones.',
      },
      {
        name: 'cert',
        values: ['FILE'],
        help: 'Certificate (PEM) of the client; its key as well, unless there is --key.',
      },
      { name: 'key', values: ['FILE'], help: 'Key (PEM) of the client.' },
      {
        name: 'unix-socket',
        values: ['PATH'],
        help: 'Connect to this Unix domain socket, whatever the URL names.',
      },
      { name: 'backend', values: ['NAME'], help: 'Engine to use: auto (default), js, native or wasm.' },
      {
        name: 'proxy',
        values: ['URL'],
        help: 'Go through this proxy (http, https, socks5, socks5h) and not through those that HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name.',
      },
      { name: 'no-proxy', help: 'Connect directly, whatever the environment says.' },
      { name: 'http2', help: 'Speak HTTP/2 if the server offers it (by ALPN, so with https only).' },
    ],
  },
  {
    title: 'Output',
    specs: [
      {
        name: 'body',
        short: 'b',
        help: 'Print the body alone; if the output is no terminal, its exact bytes.',
      },
      { name: 'download', values: ['FILE'], help: 'Save the body under this name instead of printing it.' },
      {
        name: 'remote-name',
        short: 'O',
        help: 'Save the body under the name that the server or the URL suggests; no file is overwritten.',
      },
      {
        name: 'json',
        help: 'Print one JSON document: request, response, history, timings, connection, error.',
      },
      { name: 'raise', help: 'A status other than 2xx is an error: its body is neither printed nor saved.' },
      {
        name: 'verbose',
        short: 'v',
        help: 'Tell on standard error what happens on the wire; secrets are masked.',
      },
      { name: 'show-secrets', help: 'Do not mask secrets in --verbose, --json and error messages.' },
      { name: 'color', aliases: ['colour'], help: 'Write colours although the output is no terminal.' },
      { name: 'no-color', aliases: ['no-colour'], help: 'Write no colours.' },
    ],
  },
  {
    title: 'Information',
    specs: [
      { name: 'help', help: 'Print this text.' },
      { name: 'version', short: 'V', help: 'Print the version.' },
    ],
  },
];

export const REQUEST_SPECS: readonly OptionSpec[] = REQUEST_GROUPS.flatMap(({ specs }) => specs);
