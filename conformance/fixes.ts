import type { Fix } from './row.ts';

/** Where the library differs from httpx on purpose. A case proves one of them with the verdict `fixed:Dnn`. */
export const fixes: readonly Fix[] = [
  fix('D01', 'params merge with the query of the URL', 'MG-07', 'MG-08'),
  fix('D02', 'a base URL keeps its query', 'MG-13'),
  fix('D03', 'a network-path reference keeps its host', 'MG-12'),
  fix('D04', 'params are an ordered list of pairs', 'QP-05'),
  fix('D05', 'form encoding of the URL standard', 'QP-03'),
  fix('D06', 'dot segments of RFC 3986, encoded ones too', 'UP-19', 'UP-20'),
  fix('D07', 'path encoding of the platform', 'UP-13'),
  fix('D08', 'ports are decimal numbers up to 65535', 'UP-10'),
  fix('D09', 'hosts are parsed by the URL standard', 'UP-02', 'UP-04', 'UP-06', 'UP-21', 'UP-23'),
  fix('D10', 'every punycode label is shown decoded', 'UP-05'),
  fix('D11', 'client cookies belong to a host', 'CK-03'),
  fix('D12', 'host-only cookies stay on their host', 'CK-13'),
  fix('D13', 'public suffixes can be refused', 'CK-14'),
  fix('D14', 'cookie storage model of RFC 6265bis', 'CK-18', 'CK-19', 'CK-20'),
  fix('D15', 'truncation is an error, all gzip members count', 'DC-07', 'DC-08', 'DC-10'),
  fix('D16', 'lines end at LF, CRLF and CR only', 'TX-11'),
  fix('D17', 'byte order mark removed, labels of the web', 'TX-06', 'TX-07'),
  fix('D18', 'an unknown content coding is an error', 'DC-02'),
  fix('D19', 'decompression is limited', 'DC-11'),
  fix('D20', 'redirects follow the rules of fetch', 'RD-04', 'RD-07', 'RD-14'),
  fix('D21', 'a bad Location fails only when followed', 'RD-11'),
  fix('D22', 'Expect: 100-continue is honoured', 'RB-25'),
  fix('D23', 'every phase is limited, total and first byte too', 'TM-04', 'TM-05', 'TM-07', 'TM-09', 'TM-12'),
  fix('D24', 'errors have a message and fields', 'TM-10'),
  fix('D25', 'Digest of RFC 7616, whole', 'DG-02', 'DG-03', 'DG-05', 'DG-07', 'DG-12', 'DG-13'),
  fix('D26', 'one retry on a stale connection', 'PL-05'),
  fix('D27', 'HTTP/2 streams fail alone, nothing is lost', 'TM-11', 'H2-01', 'H2-11'),
  fix('D28', 'pool without leaks and walks', 'PL-07', 'PL-10', 'PL-12'),
  fix('D29', 'multipart escaping and boundary of HTML', 'MP-03', 'MP-10', 'MP-15'),
  fix('D30', 'two body options are an error', 'RB-17'),
  fix('D31', 'one framing, measured file length', 'RB-07', 'RB-09', 'RB-12'),
  fix('D32', 'headers are validated when they are made', 'HD-16'),
  fix('D33', 'list fields split outside quotes', 'HD-07'),
  fix('D34', 'header values are Latin-1 both ways', 'HD-04'),
  fix('D35', 'secrets are hidden everywhere', 'UP-30', 'HD-15', 'CK-09', 'RB-02', 'RS-11', 'LG-02'),
  fix('D36', 'Link parser and status names of the RFCs', 'RS-13', 'SC-03'),
  fix('D37', 'one root class for all errors', 'EX-16', 'EX-20'),
  fix('D38', 'trailers and interim responses are visible', 'H1-11', 'H1-16'),
  fix('D39', 'proxies and sockets share one dialer', 'PX-10'),
  fix('D40', 'one matcher for patterns and NO_PROXY', 'MT-07', 'PX-18', 'PX-19'),
  fix('D41', 'closing closes everything', 'CL-07'),
  fix('D42', 'retry policy and its hooks', 'EH-07', 'NW-03'),
  fix('D43', 'proxy and TLS for one request', 'PX-03'),
  fix('D44', 'TLS contexts are lazy and shared', 'TL-08'),
  fix('D45', 'client credentials stay on the base origin', 'AU-01', 'MG-11'),
  fix('D46', 'Basic refuses a colon in the name', 'AU-02'),
  fix('D47', 'a refused tunnel carries its response', 'PX-08', 'AU-12'),
];

/** The fixes by id. */
export const fixById: ReadonlyMap<string, Fix> = new Map(fixes.map((entry) => [entry.id, entry]));

function fix(id: string, title: string, ...rows: readonly string[]): Fix {
  return { id, title, rows };
}
