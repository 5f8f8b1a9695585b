// Written by `npm run coverage`: every file of conformance/cases.
import type { ConformanceCase } from './case.ts';
import { cases as authCases } from './cases/auth.ts';
import { cases as cliCases } from './cases/cli.ts';
import { cases as clientCases } from './cases/client.ts';
import { cases as cookiesCases } from './cases/cookies.ts';
import { cases as decodingCases } from './cases/decoding.ts';
import { cases as exceptionsCases } from './cases/exceptions.ts';
import { cases as headersCases } from './cases/headers.ts';
import { cases as hooksCases } from './cases/hooks.ts';
import { cases as http1FramingCases } from './cases/http1-framing.ts';
import { cases as http1InterimCases } from './cases/http1-interim.ts';
import { cases as http1LimitsCases } from './cases/http1-limits.ts';
import { cases as http1UploadsCases } from './cases/http1-uploads.ts';
import { cases as http1Cases } from './cases/http1.ts';
import { cases as loggingCases } from './cases/logging.ts';
import { cases as mergingCases } from './cases/merging.ts';
import { cases as middlewareCases } from './cases/middleware.ts';
import { cases as mountsCases } from './cases/mounts.ts';
import { cases as multipartCases } from './cases/multipart.ts';
import { cases as oneShotCases } from './cases/one-shot.ts';
import { cases as poolCases } from './cases/pool.ts';
import { cases as queryParamsCases } from './cases/query-params.ts';
import { cases as redirectChainsCases } from './cases/redirect-chains.ts';
import { cases as redirectLocationsCases } from './cases/redirect-locations.ts';
import { cases as redirectSecretsCases } from './cases/redirect-secrets.ts';
import { cases as redirectsCases } from './cases/redirects.ts';
import { cases as requestBodiesCases } from './cases/request-bodies.ts';
import { cases as responsesCases } from './cases/responses.ts';
import { cases as socketErrorsCases } from './cases/socket-errors.ts';
import { cases as socketsCases } from './cases/sockets.ts';
import { cases as staleCases } from './cases/stale.ts';
import { cases as statusCases } from './cases/status.ts';
import { cases as streamingCases } from './cases/streaming.ts';
import { cases as textCases } from './cases/text.ts';
import { cases as timeoutsCases } from './cases/timeouts.ts';
import { cases as tlsCases } from './cases/tls.ts';
import { cases as traceCases } from './cases/trace.ts';
import { cases as transportsCases } from './cases/transports.ts';
import { cases as upgradeCases } from './cases/upgrade.ts';
import { cases as urlCases } from './cases/url.ts';

/** Every case of the suite. */
export const allCases: readonly ConformanceCase[] = [
  ...authCases,
  ...cliCases,
  ...clientCases,
  ...cookiesCases,
  ...decodingCases,
  ...exceptionsCases,
  ...headersCases,
  ...hooksCases,
  ...http1FramingCases,
  ...http1InterimCases,
  ...http1LimitsCases,
  ...http1UploadsCases,
  ...http1Cases,
  ...loggingCases,
  ...mergingCases,
  ...middlewareCases,
  ...mountsCases,
  ...multipartCases,
  ...oneShotCases,
  ...poolCases,
  ...queryParamsCases,
  ...redirectChainsCases,
  ...redirectLocationsCases,
  ...redirectSecretsCases,
  ...redirectsCases,
  ...requestBodiesCases,
  ...responsesCases,
  ...socketErrorsCases,
  ...socketsCases,
  ...staleCases,
  ...statusCases,
  ...streamingCases,
  ...textCases,
  ...timeoutsCases,
  ...tlsCases,
  ...traceCases,
  ...transportsCases,
  ...upgradeCases,
  ...urlCases,
];
