import type { Route, WireRequest } from '../backends/contract.ts';
import type { Request } from '../message/request.ts';
import { withoutFields } from '../message/request-fields.ts';
import { sameName } from '../models/field-syntax.ts';
import type { Framing } from './framing.ts';

/** A body in memory up to this size goes out together with the head. */
const SMALL_BODY = 65_536;

/** A request as the wire is given it. Its body is `stream` unless it can go out together with the head. */
export function wireRequestOf(
  request: Request,
  framing: Framing,
  route: Route,
  delivery: 'stream' | 'whole',
  credit: number,
): WireRequest {
  const { method, fields, extensions, payload } = request;
  const { proxy } = route;
  return {
    method,
    target: extensions.target ?? targetOf(request, route),
    fields:
      proxy === null
        ? fields
        : proxy.isTunnel
          ? withoutProxyFields(fields)
          : withProxyFields(fields, proxy.fields),
    body: directBody(payload?.bytes, payload === null, framing),
    framing: framing.kind,
    announcesTrailers: false,
    upgrade: framing.asksUpgrade,
    delivery,
    credit,
  };
}

/** The fields for the proxy go behind `Host`; those that the request has itself stand. */
function withProxyFields(fields: readonly string[], added: readonly string[]): readonly string[] {
  if (added.length === 0) return fields;
  const merged = fields.slice(0, 2);
  for (let i = 0; i < added.length; i += 2) {
    if (!hasField(fields, added[i]!)) merged.push(added[i]!, added[i + 1]!);
  }
  for (let i = 2; i < fields.length; i++) merged.push(fields[i]!);
  return merged;
}

/** Credentials for a proxy are not for the origin behind it (RFC 9110 §11.7.2). */
function withoutProxyFields(fields: readonly string[]): readonly string[] {
  return hasField(fields, 'proxy-authorization') ? withoutFields(fields, ['proxy-authorization']) : fields;
}

function hasField(fields: readonly string[], name: string): boolean {
  for (let i = 0; i < fields.length; i += 2) if (sameName(fields[i]!, name)) return true;
  return false;
}

function directBody(
  bytes: Uint8Array | null | undefined,
  isAbsent: boolean,
  { kind, expectsContinue }: Framing,
): Uint8Array | 'stream' | null {
  if (isAbsent) return null;
  const isSmall = bytes != null && bytes.length <= SMALL_BODY;
  return isSmall && !expectsContinue && kind !== 'chunked' ? bytes : 'stream';
}

/** The target of a request: a proxy that reads it needs the whole URL (RFC 9112 §3.2.2). */
export function targetOf({ method, parsedURL }: Request, route: Route): string {
  if (method === 'CONNECT') return authorityOf(route);
  const { origin, target } = parsedURL;
  return route.proxy === null || route.proxy.isTunnel ? target : origin + target;
}

/** Host and port, as CONNECT names them. */
export function authorityOf({ hostname, port }: Pick<Route, 'hostname' | 'port'>): string {
  return hostname.includes(':') ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
