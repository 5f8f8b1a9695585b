import { environmentProxies } from '../transport/environment-proxies.ts';
import { redactURL } from '../models/url-helpers.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A variable of the environment that concerns requests. */
export interface EnvironmentFinding {
  readonly name: string;
  /** Secrets masked. */
  readonly value: string;
  readonly status: 'ok' | 'problem' | 'warning';
  /** What the variable does here. */
  readonly effect: string;
}

const PROXY_VARIABLES = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
  'NO_PROXY',
  'no_proxy',
];

/** The variables that are set and that change what happens to a request, or that one would expect to. */
export function examineEnvironment(env: Env): EnvironmentFinding[] {
  return [
    ...backend(env),
    ...accelerators(env),
    ...PROXY_VARIABLES.flatMap((name) => proxy(name, env)),
    ...certificateFile(env),
    ...certificateDirectory(env),
    ...extraCertificates(env),
    ...keyLog(env),
    ...nodeVerification(env),
  ];
}

function backend(env: Env): EnvironmentFinding[] {
  return found(env, 'TERN_BACKEND', (value) => ({
    value,
    status: 'ok',
    effect: "Replaces 'auto' where no backend is named.",
  }));
}

function accelerators(env: Env): EnvironmentFinding[] {
  return found(env, 'TERN_ACCELERATORS', (value) => ({
    value,
    status: 'ok',
    effect: 'Accelerators are taken from this folder.',
  }));
}

function proxy(name: string, env: Env): EnvironmentFinding[] {
  return found(env, name, (value) => ({
    value: value.includes('@') ? redactURL(value.includes('//') ? value : `//${value}`) : value,
    ...proxyEffect(name, value, env),
  }));
}

function proxyEffect(name: string, value: string, env: Env): Pick<EnvironmentFinding, 'effect' | 'status'> {
  const users = "by 'ternhttp' on the command line, and by clients with 'trustEnv: true'";
  if (name.toLowerCase() === 'no_proxy')
    return { status: 'ok', effect: `Hosts that are reached directly ${users}.` };
  const lower = name.toLowerCase();
  if (name !== lower && env[lower] !== undefined)
    return { status: 'ok', effect: `Not used, because ${lower} is set.` };
  if (name === 'HTTP_PROXY' && env['REQUEST_METHOD'] !== undefined)
    return { status: 'warning', effect: 'Not used: under CGI it may be a part of the request.' };
  try {
    environmentProxies({ [lower]: value });
  } catch (error) {
    return { status: 'problem', effect: `It cannot be used: ${(error as Error).message}` };
  }
  return { status: 'ok', effect: `The proxy that is used ${users}.` };
}

function certificateFile(env: Env): EnvironmentFinding[] {
  return found(env, 'SSL_CERT_FILE', (value) => {
    const { readFileSync } = process.getBuiltinModule('node:fs');
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    try {
      const text = readFileSync(value, 'utf8');
      const count = text.split('-----BEGIN CERTIFICATE-----').length - 1;
      if (count === 0)
        return { value, status: 'problem', effect: 'The file holds no certificate in PEM form.' };
      void new X509Certificate(text);
      return {
        value,
        status: 'ok',
        effect: `Its certificates (${count}) replace the built-in ones.`,
      };
    } catch (error) {
      return { value, status: 'problem', effect: `It cannot be used: ${(error as Error).message}.` };
    }
  });
}

function certificateDirectory(env: Env): EnvironmentFinding[] {
  return found(env, 'SSL_CERT_DIR', (value) => {
    if (env['SSL_CERT_FILE'])
      return { value, status: 'ok', effect: 'Not used, because SSL_CERT_FILE is set.' };
    const { readdirSync } = process.getBuiltinModule('node:fs');
    try {
      const files = readdirSync(value, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
      return {
        value,
        status: files.length === 0 ? 'problem' : 'ok',
        effect: `The certificates in its files (${files.length}) replace the built-in ones.`,
      };
    } catch (error) {
      return { value, status: 'problem', effect: `It cannot be used: ${(error as Error).message}.` };
    }
  });
}

function extraCertificates(env: Env): EnvironmentFinding[] {
  return found(env, 'NODE_EXTRA_CA_CERTS', (value) => {
    const exists = process.getBuiltinModule('node:fs').existsSync(value);
    return {
      value,
      status: exists ? 'ok' : 'warning',
      effect: exists
        ? 'Node adds its certificates to the built-in ones.'
        : 'The file does not exist, so Node goes without it.',
    };
  });
}

function keyLog(env: Env): EnvironmentFinding[] {
  return found(env, 'SSLKEYLOGFILE', (value) => ({
    value,
    status: 'warning',
    effect: 'The secrets of every TLS connection are written to this file.',
  }));
}

function nodeVerification(env: Env): EnvironmentFinding[] {
  return found(env, 'NODE_TLS_REJECT_UNAUTHORIZED', (value) => ({
    value,
    status: value === '0' ? 'warning' : 'ok',
    effect: "Not used: certificates are verified unless the option 'tls.rejectUnauthorized' says otherwise.",
  }));
}

function found(
  env: Env,
  name: string,
  examine: (value: string) => Omit<EnvironmentFinding, 'name'>,
): EnvironmentFinding[] {
  const value = env[name];
  return value === undefined || value === '' ? [] : [{ name, ...examine(value) }];
}
