import { area, type Feature } from './feature.ts';

/** What is looked for in a transport that takes the place of another one under a client. */
export const transportFeatures: readonly Feature[] = [
  ...area('Transports', {
    'a transport is an object that a client is given; options that it does not have are refused': [
      'TR-04',
      'TR-04.options',
      'src/transport/http-transport.test.ts > %j',
    ],
    'a transport carries one request to one response': ['TR-01', 'TR-02.raw'],
    'closing a transport lets go of its connections': [
      'CL-06',
      'src/transport/http-transport.test.ts > nothing after the end',
    ],
    'a transport is closed at the end of its scope': [
      'src/transport/transport-scope.test.ts > each kind is closed at the end of its scope',
    ],
    'a client that blocks has transports that block': [
      'src/sync/sync-client.test.ts > mocks and own transports',
      'docs/sync.md#the-client-that-blocks',
    ],
    'a transport that blocks carries one request to one response': [
      'src/sync/sync-client.test.ts > a response is there when the call returns',
    ],
    'closing a client that blocks lets go of its connections': [
      'src/sync/sync-client.test.ts > connections are kept, and closing closes them',
    ],
    'a transport that is printed shows its class and none of its secrets': [
      'src/transport/transport-scope.test.ts > shows its class when it is printed, and nothing of its options',
      'LG-02.planted-4',
    ],
  }),
  ...area('Backends', {
    'whether a faster engine can be had is told': [
      'src/backends/select.test.ts > auto takes what there is and says why not more',
      'docs/decisions/0021-what-is-left-out.md#engines-that-are-not-there',
    ],
    'a report of engine, version, target and what was tried': [
      'src/backends/select.test.ts > js is there',
      'src/cli/doctor.test.ts > an installation that works has no problems',
    ],
    'the version of the library can be read': ['src/models/version.test.ts > is that of the package'],
    'an engine that is asked for by name and cannot be had is an error with what was tried': [
      'src/backends/select.test.ts > %s is taken at its word',
      'src/backends/select.test.ts > replaces auto, and auto only',
    ],
    'where no engine is named, the client runs on what is there and keeps the reason': [
      'src/backends/select.test.ts > auto takes what there is and says why not more',
      'docs/decisions/0021-what-is-left-out.md#engines-that-are-not-there',
    ],
  }),
  ...area('What a change of transport leaves as it is', {
    'only the transport changes, nothing above it': ['TR-02', 'TR-05.client'],
    'a transport takes and gives the models of the client': ['TR-01', 'TR-01.wrong', 'TR-03'],
    'an asynchronous client on a transport': ['TR-02.raw', 'TR-08.network'],
    'a client that blocks on a transport': [
      'src/sync/sync-client.test.ts > a response is there when the call returns',
      'src/sync/sync-client.test.ts > mocks and own transports',
    ],
    'all methods': ['RB-01', 'TP-01'],
    'header fields of a request reach the server': ['HD-01', 'H1-01', 'H2-03'],
    'header fields of a response reach the caller, whatever their octets are': ['HD-05', 'H1-14'],
    'fields that are repeated survive in both directions': ['HD-01', 'HD-19', 'H2-03.repeated'],
    'a body of octets is sent as it is': ['RB-05'],
    'a body of text is encoded and sent': ['RB-04'],
    'a body that comes in pieces of octets or text; other pieces are refused': [
      'RB-06',
      'RB-06.characters',
      'src/body/content.test.ts > a chunk of the wrong type is refused when it comes',
    ],
    'pieces of a response are there as soon as they have come': ['ST-01', 'ST-03', 'ST-04.flow'],
    'server-sent events': ['SE-01', 'SE-06'],
    'octets are not copied without need': [
      'docs/decisions/0021-what-is-left-out.md#claims-that-are-not-made',
      'src/transport/response-body.test.ts > neighbours in memory are joined without a copy, others are copied',
    ],
    'a reader that takes its time holds the server back': ['PL-09.pressure', 'H2-08'],
    'limits by phase, for a client and for a request': ['TM-01', 'TM-02', 'MG-04', 'TM-05'],
    'a request is sent again after a status or a failure, with growing waits': ['RT-02', 'RT-03', 'RT-06'],
    'cookies, redirects and authentication are left to the client': ['TR-02.raw', 'TR-02'],
    'HTTP/2 by agreement and by prior knowledge': ['H2-01', 'H2-01.agreed', 'H2-01.prior'],
    'many requests share one connection of HTTP/2': ['H2-05', 'H2-12'],
    'the implementation of TLS': ['docs/decisions/0021-what-is-left-out.md#choices-at-build-time'],
    'clients can share one pool': ['TR-08.network', 'CL-17'],
    'one client serves concurrent callers': [
      'CL-17',
      'PL-12',
      'docs/decisions/0021-what-is-left-out.md#threads-locks-and-runtimes',
    ],
    'the program goes on while octets come and go': [
      'src/transport/request-pump.test.ts > the event loop has its turns even if nobody has to be waited for',
      'src/client/event-loop.test.ts > has its turns while a large body comes',
      'docs/decisions/0021-what-is-left-out.md#threads-locks-and-runtimes',
    ],
    'failures have the same classes on every transport': ['EX-19.tree', 'EX-03', 'TM-10', 'EX-15'],
    'status and JSON of a response are read in the same way': ['RS-09', 'RS-10', 'RS-14'],
    'traces, metrics and logs': ['XT-02', 'MX-02', 'LG-01'],
    'layers around a transport, in a fixed order': ['TR-05', 'TR-05.hops', 'RT-11'],
    'claims have a proof': ['docs/proof.md#how-it-is-proven'],
    'versions of the platform': ['docs/decisions/0021-what-is-left-out.md#platforms'],
    'versions of other packages': ['docs/decisions/0021-what-is-left-out.md#platforms'],
  }),
  ...area('Settings of a transport', {
    'how many connections are kept': ['CL-08.limits', 'PL-07', 'PL-01.origin'],
    'how long idle connections are kept': ['PL-04', 'PL-04.each'],
    'limits without being asked': ['CL-08', 'docs/timeouts.md#timeouts-and-cancelling'],
    'a request names library and version as its agent': ['CL-14'],
    'how often a request is sent again': [
      'RT-12',
      'src/client/retry-policy.test.ts > a number is one of retries, an object one of attempts',
    ],
    'which library does TLS': ['docs/decisions/0021-what-is-left-out.md#choices-at-build-time'],
    'which allocator is used': ['docs/decisions/0021-what-is-left-out.md#choices-at-build-time'],
    'gzip, brotli and deflate are undone': ['DC-01', 'DC-02'],
    'a transport needs no options': ['src/transport/http-transport.test.ts > none are needed'],
  }),
  ...area('Failures of a transport', {
    'time-outs of a request, of reading and of waiting for a connection': ['TM-10', 'TM-05', 'EX-05'],
    'failures to connect, of TLS and of a proxy': ['EX-02', 'EX-01', 'EX-01.tls', 'PX-08'],
    'failures to read and to write': ['EX-03', 'TM-06', 'EX-03.stream'],
    'breaches of the protocol on either side, bad URLs, too many redirects': [
      'EX-08',
      'H1-05',
      'EX-16',
      'EX-14',
    ],
    'failures of any other kind': ['TR-03.errors', 'src/transport/to-error.test.ts > the root cause is kept'],
    'a defect of an engine is an error and not the end of the process': [
      'src/transport/to-error.test.ts > an argument that cannot be used is told as such',
      'TR-06.errors',
    ],
  }),
  ...area('Streams of a transport', {
    'content is taken piece by piece by a program that blocks': [
      'src/sync/sync-bodies.test.ts > piece by piece, in sizes, as text, lines and JSON',
    ],
    'content is taken piece by piece; its end and its failures are told': ['ST-03', 'ST-09', 'ST-13'],
  }),
];
