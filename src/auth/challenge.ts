import { isToken, trimOWS } from '../models/field-syntax.ts';
import { splitList, unquote } from '../models/field-list.ts';

/** One challenge of a `WWW-Authenticate` or `Proxy-Authenticate` field (RFC 9110 §11.3). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case, quotes and escapes resolved. Of a name that occurs several times the last value counts. */
  readonly parameters: ReadonlyMap<string, string>;
  /** What stands in the place of parameters, as in `Negotiate YII=`. */
  readonly token68: string | null;
  /** What is wrong with its syntax; null if nothing is. */
  readonly fault: string | null;
}

/**
 * Reads all challenges of a field: several in one line, several lines, in their order. Commas separate challenges as
 * well as parameters (RFC 9110 §11.6.1); what has no `=` behind its first word begins the next challenge.
 *
 * @param values the lines of the field
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.flatMap(parseLine);
}

/** Reads a list of parameters without a scheme, as `Authentication-Info` has it; null if its syntax is wrong. */
export function parseAuthParameters(values: readonly string[]): ReadonlyMap<string, string> | null {
  const parameters = new Map<string, string>();
  for (const element of values.flatMap(splitList)) {
    const parameter = parseParameter(element);
    if (parameter === null || 'fault' in parameter) return null;
    parameters.set(parameter.name, parameter.value);
  }
  return parameters;
}

interface OpenChallenge {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
  token68: string | null;
  fault: string | null;
}

type Parameter =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly fault: string };

function parseLine(line: string): Challenge[] {
  const challenges: OpenChallenge[] = [];
  for (const element of splitList(line)) {
    const last = challenges.at(-1);
    const parameter = parseParameter(element);
    if (parameter !== null && last !== undefined) {
      // 'x=' alone may be either; parameters do not follow a token68.
      if (last.token68 !== null) takeAsParameter(last, last.token68);
      take(last, parameter);
      continue;
    }
    const space = element.search(/[ \t]/);
    const scheme = space === -1 ? element : element.slice(0, space);
    if (!isToken(scheme)) {
      if (last !== undefined) last.fault ??= `'${element.slice(0, 40)}' is no parameter`;
      continue;
    }
    const opened: OpenChallenge = {
      scheme: scheme.toLowerCase(),
      parameters: new Map(),
      token68: null,
      fault: null,
    };
    challenges.push(opened);
    const rest = space === -1 ? '' : trimOWS(element.slice(space));
    if (rest === '') continue;
    if (/^[A-Za-z0-9\-._~+/]+=*$/.test(rest)) opened.token68 = rest;
    else takeAsParameter(opened, rest);
  }
  return challenges;
}

function takeAsParameter(challenge: OpenChallenge, text: string): void {
  challenge.token68 = null;
  const parameter = parseParameter(text);
  if (parameter === null) challenge.fault ??= `'${text.slice(0, 40)}' is no parameter`;
  else take(challenge, parameter);
}

function take(challenge: OpenChallenge, parameter: Parameter): void {
  if ('fault' in parameter) challenge.fault ??= parameter.fault;
  else challenge.parameters.set(parameter.name, parameter.value);
}

/** Reads `name=value` (RFC 9110 §11.2), with white space around `=`; null if the text does not begin like that. */
function parseParameter(text: string): Parameter | null {
  const equals = text.indexOf('=');
  const name = trimOWS(text.slice(0, Math.max(equals, 0))).toLowerCase();
  if (!isToken(name)) return null;
  const raw = trimOWS(text.slice(equals + 1));
  if (!raw.startsWith('"')) return { name, value: raw };
  const value = unquote(raw);
  // A text that is not exactly one quoted string comes back as it is.
  return value === raw ? { name, fault: `the quotes of '${name}' do not match` } : { name, value };
}
