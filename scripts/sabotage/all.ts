import { appSabotages } from './apps.ts';
import { backendSabotages } from './backends.ts';
import { bodySabotages } from './bodies.ts';
import { cliSabotages } from './cli.ts';
import { clientSabotages } from './client.ts';
import { cookieSabotages } from './cookies.ts';
import { digestSabotages } from './digest.ts';
import { eventStreamSabotages } from './event-streams.ts';
import { headerSabotages } from './headers.ts';
import { http2Sabotages } from './http2.ts';
import { policySabotages } from './policy.ts';
import { proxySabotages } from './proxy.ts';
import { responseSabotages } from './responses.ts';
import { retrySabotages } from './retry.ts';
import type { Sabotage } from './sabotage.ts';
import { secretSabotages } from './secrets.ts';
import { syncSabotages } from './sync.ts';
import { urlSabotages } from './urls.ts';
import { wireSabotages } from './wire.ts';

/** Every sabotage. */
export const sabotages: readonly Sabotage[] = [
  ...clientSabotages,
  ...urlSabotages,
  ...headerSabotages,
  ...cookieSabotages,
  ...bodySabotages,
  ...responseSabotages,
  ...policySabotages,
  ...secretSabotages,
  ...digestSabotages,
  ...appSabotages,
  ...retrySabotages,
  ...eventStreamSabotages,
  ...wireSabotages,
  ...http2Sabotages,
  ...proxySabotages,
  ...syncSabotages,
  ...cliSabotages,
  ...backendSabotages,
];
