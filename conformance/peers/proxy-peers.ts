import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Daemon, startInFolder } from '../../fixtures/daemon.ts';

/** A proxy for HTTP and CONNECT that asks for Basic credentials. */
export function startTinyproxy(user: string, password: string): Promise<Daemon> {
  return startInFolder('tinyproxy', (port, folder) => {
    const file = join(folder, 'tinyproxy.conf');
    writeFileSync(
      file,
      `Port ${port}\nListen 127.0.0.1\nTimeout 30\nBasicAuth ${user} ${password}\nLogLevel Error\nMaxClients 20\n`,
    );
    return ['-d', '-c', file];
  });
}

/** A SOCKS5 proxy that asks for a user name and a password. */
export function startMicrosocks(user: string, password: string): Promise<Daemon> {
  return startInFolder('microsocks', (port) => [
    '-i',
    '127.0.0.1',
    '-p',
    String(port),
    '-u',
    user,
    '-P',
    password,
  ]);
}

/** TLS in front of a proxy that has none. */
export function startStunnel(
  target: number,
  tls: { readonly cert: string; readonly key: string },
): Promise<Daemon> {
  return startInFolder('stunnel4', (port, folder) => {
    const [pem, file] = [join(folder, 'server.pem'), join(folder, 'stunnel.conf')];
    writeFileSync(pem, `${tls.cert}\n${tls.key}`, { mode: 0o600 });
    writeFileSync(
      file,
      `foreground = yes\npid =\nsyslog = no\n[proxy]\naccept = 127.0.0.1:${port}\nconnect = 127.0.0.1:${target}\ncert = ${pem}\n`,
    );
    return [file];
  });
}

/** A proxy for HTTP and CONNECT over TLS, with a proxy behind it. */
export function startNghttpx(
  target: number,
  tls: { readonly cert: string; readonly key: string },
): Promise<Daemon> {
  return startInFolder('nghttpx', (port, folder) => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(cert, tls.cert);
    writeFileSync(key, tls.key, { mode: 0o600 });
    return [
      '--http2-proxy',
      `--frontend=127.0.0.1,${port}`,
      `--backend=127.0.0.1,${target}`,
      '--workers=1',
      '--log-level=ERROR',
      key,
      cert,
    ];
  });
}
