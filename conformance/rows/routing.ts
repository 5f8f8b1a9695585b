import type { Section } from '../row.ts';
import { section } from '../row.ts';

export const ROUTING_SECTIONS: readonly Section[] = [
  section('1.21', 'Transports', {
    'TR-01': 'interface of a transport',
    'TR-02': 'what transports leave to the client',
    'TR-03': 'MockTransport and its handler',
    'TR-04': 'a custom transport ignores proxies',
    'TR-05': 'transports that wrap another',
    'TR-06': 'application served in-process, fetch style',
    'TR-07': 'application served in-process, handler style',
    'TR-08': 'one transport in several places',
  }),
  section('1.22', 'Mounts and routing patterns', {
    'MT-01': 'parts of a pattern',
    'MT-02': 'a pattern without a colon',
    'MT-03': 'exact host',
    'MT-04': 'strict subdomains',
    'MT-05': 'host with subdomains',
    'MT-06': 'stars in other places',
    'MT-07': 'ports, default ports',
    'MT-08': 'which pattern wins',
    'MT-09': 'a null mount',
    'MT-10': 'explicit mounts over proxies',
    'MT-11': 'custom schemes',
  }),
  section('1.23', 'Proxies', {
    'PX-01': 'proxy schemes',
    'PX-02': 'one proxy for everything',
    'PX-03': 'a proxy for one request',
    'PX-04': 'proxy credentials and where they show',
    'PX-05': 'plain http through a proxy',
    'PX-06': 'https through a tunnel',
    'PX-07': 'WebSocket schemes through a proxy',
    'PX-08': 'a refused tunnel',
    'PX-09': 'a proxy reached over TLS',
    'PX-10': 'socket options together with a proxy',
    'PX-11': 'names of environment variables',
    'PX-12': 'environment under CGI',
    'PX-13': 'environment value without a scheme',
    'PX-14': 'SOCKS5 handshake and its errors',
    'PX-15': 'NO_PROXY: a star',
    'PX-16': 'NO_PROXY: names',
    'PX-17': 'NO_PROXY: addresses, localhost, URLs',
    'PX-18': 'NO_PROXY: address ranges',
    'PX-19': 'NO_PROXY: other spellings',
    'PX-20': 'other variables of the environment',
    'PX-21': 'environment switched off',
    'PX-22': 'system settings, SOCKS4, PAC files',
  }),
];

export const COMMAND_SECTIONS: readonly Section[] = [
  section('1.29', 'Command line', {
    'CI-01': 'options of the command',
    'CI-02': 'default method',
    'CI-03': 'output of a response',
    'CI-04': 'verbose output',
    'CI-05': 'exit code',
    'CI-06': 'output of followed redirects',
    'CI-07': 'download to a file',
  }),
];
