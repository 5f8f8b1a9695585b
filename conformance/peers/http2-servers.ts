import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Daemon, startInFolder } from '../../fixtures/daemon.ts';

interface ServerTLS {
  readonly cert: string;
  readonly key: string;
}

/** nginx with TLS, HTTP/2 and HTTP/1.1; it ends a connection after `keepAliveRequests` requests. */
export function startNginx(tls: ServerTLS, keepAliveRequests = 1000): Promise<Daemon> {
  return start('nginx', (port, folder) => {
    const file = join(folder, 'nginx.conf');
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n');
    writeFileSync(
      file,
      `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; master_process on; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off; ${paths}
  keepalive_requests ${keepAliveRequests};
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
    client_max_body_size 64m;
    root ${folder}/files;
    location = /protocol { return 200 "$server_protocol"; }
    location = /large { limit_rate 2m; }
    location = /refuse { return 413 "no"; }
  }
}
`,
    );
    writeTLS(folder, tls);
    return ['-c', file, '-e', join(folder, 'error.log')];
  });
}

/** nghttpd without TLS. */
export function startNghttpd(more: readonly string[] = []): Promise<Daemon> {
  return start('nghttpd', (port, folder) => [
    '--no-tls',
    '--address=127.0.0.1',
    `--htdocs=${join(folder, 'files')}`,
    '--trailer=x-checksum: 42',
    '--echo-upload',
    ...more,
    String(port),
  ]);
}

function writeTLS(folder: string, { cert, key }: ServerTLS): void {
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
}

/** Starts a server that has two files to give away. */
function start(program: string, setUp: (port: number, folder: string) => readonly string[]): Promise<Daemon> {
  return startInFolder(program, (port, folder) => {
    mkdirSync(join(folder, 'files'));
    writeFileSync(join(folder, 'files', 'small'), 'small');
    writeFileSync(join(folder, 'files', 'large'), Buffer.alloc(8_000_000, 'x'));
    return setUp(port, folder);
  });
}
