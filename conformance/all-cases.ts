// Written by `npm run coverage`: every file of conformance/cases.
import type { ConformanceCase } from './case.ts';
import { cases as appTransportNodeCases } from './cases/app-transport-node.ts';
import { cases as appTransportCases } from './cases/app-transport.ts';
import { cases as authCredentialsCases } from './cases/auth-credentials.ts';
import { cases as authFlowsCases } from './cases/auth-flows.ts';
import { cases as backendsCases } from './cases/backends.ts';
import { cases as cliDownloadCases } from './cases/cli-download.ts';
import { cases as cliOutcomesCases } from './cases/cli-outcomes.ts';
import { cases as cliOutputCases } from './cases/cli-output.ts';
import { cases as cliProxiesCases } from './cases/cli-proxies.ts';
import { cases as cliRequestsCases } from './cases/cli-requests.ts';
import { cases as clientConfigurationCases } from './cases/client-configuration.ts';
import { cases as clientCookiesCases } from './cases/client-cookies.ts';
import { cases as clientFieldsCases } from './cases/client-fields.ts';
import { cases as clientLifetimeCases } from './cases/client-lifetime.ts';
import { cases as connectRetriesCases } from './cases/connect-retries.ts';
import { cases as contentCodingsCases } from './cases/content-codings.ts';
import { cases as cookieJarCases } from './cases/cookie-jar.ts';
import { cases as cookieScopeCases } from './cases/cookie-scope.ts';
import { cases as decodingErrorsCases } from './cases/decoding-errors.ts';
import { cases as decodingLimitsCases } from './cases/decoding-limits.ts';
import { cases as digestChallengesCases } from './cases/digest-challenges.ts';
import { cases as digestFieldsCases } from './cases/digest-fields.ts';
import { cases as digestCases } from './cases/digest.ts';
import { cases as errorClassesCases } from './cases/error-classes.ts';
import { cases as errorDetailsCases } from './cases/error-details.ts';
import { cases as expectContinueCases } from './cases/expect-continue.ts';
import { cases as foreignRequestsCases } from './cases/foreign-requests.ts';
import { cases as givenUpSourcesCases } from './cases/given-up-sources.ts';
import { cases as headerWireCases } from './cases/header-wire.ts';
import { cases as headersCases } from './cases/headers.ts';
import { cases as hookFailuresCases } from './cases/hook-failures.ts';
import { cases as hooksCases } from './cases/hooks.ts';
import { cases as http1FramingCases } from './cases/http1-framing.ts';
import { cases as http1InterimCases } from './cases/http1-interim.ts';
import { cases as http1LimitsCases } from './cases/http1-limits.ts';
import { cases as http1NumbersCases } from './cases/http1-numbers.ts';
import { cases as http1PersistenceCases } from './cases/http1-persistence.ts';
import { cases as http1UploadsCases } from './cases/http1-uploads.ts';
import { cases as http1Cases } from './cases/http1.ts';
import { cases as http2CancelCases } from './cases/http2-cancel.ts';
import { cases as http2FramesCases } from './cases/http2-frames.ts';
import { cases as http2NegotiationCases } from './cases/http2-negotiation.ts';
import { cases as http2RequestsCases } from './cases/http2-requests.ts';
import { cases as http2ResponsesCases } from './cases/http2-responses.ts';
import { cases as http2StreamsCases } from './cases/http2-streams.ts';
import { cases as inheritedAttemptsCases } from './cases/inherited-attempts.ts';
import { cases as loggingCases } from './cases/logging.ts';
import { cases as maskedFieldsCases } from './cases/masked-fields.ts';
import { cases as mergingOptionsCases } from './cases/merging-options.ts';
import { cases as mergingParamsCases } from './cases/merging-params.ts';
import { cases as mergingUrlsCases } from './cases/merging-urls.ts';
import { cases as metricsCases } from './cases/metrics.ts';
import { cases as middlewareFailuresCases } from './cases/middleware-failures.ts';
import { cases as middlewareCases } from './cases/middleware.ts';
import { cases as mockTransportCases } from './cases/mock-transport.ts';
import { cases as mountsCases } from './cases/mounts.ts';
import { cases as multipartFramingCases } from './cases/multipart-framing.ts';
import { cases as multipartPartsCases } from './cases/multipart-parts.ts';
import { cases as multipartStreamsCases } from './cases/multipart-streams.ts';
import { cases as netrcCases } from './cases/netrc.ts';
import { cases as noProxyCases } from './cases/no-proxy.ts';
import { cases as oneShotCases } from './cases/one-shot.ts';
import { cases as plantedFailuresCases } from './cases/planted-failures.ts';
import { cases as plantedMistakesCases } from './cases/planted-mistakes.ts';
import { cases as plantedSecretsCases } from './cases/planted-secrets.ts';
import { cases as poolAssignmentCases } from './cases/pool-assignment.ts';
import { cases as poolIdleCases } from './cases/pool-idle.ts';
import { cases as poolReleaseCases } from './cases/pool-release.ts';
import { cases as progressCases } from './cases/progress.ts';
import { cases as proxyAuthCases } from './cases/proxy-auth.ts';
import { cases as proxyCancellationCases } from './cases/proxy-cancellation.ts';
import { cases as proxyEnvironmentCases } from './cases/proxy-environment.ts';
import { cases as proxyForwardCases } from './cases/proxy-forward.ts';
import { cases as proxyOptionsCases } from './cases/proxy-options.ts';
import { cases as proxyRefusalsCases } from './cases/proxy-refusals.ts';
import { cases as proxySocksCases } from './cases/proxy-socks.ts';
import { cases as proxyTunnelsCases } from './cases/proxy-tunnels.ts';
import { cases as queryParamsCases } from './cases/query-params.ts';
import { cases as redirectChainsCases } from './cases/redirect-chains.ts';
import { cases as redirectCookiesCases } from './cases/redirect-cookies.ts';
import { cases as redirectLocationsCases } from './cases/redirect-locations.ts';
import { cases as redirectPrivateCases } from './cases/redirect-private.ts';
import { cases as redirectSecretsCases } from './cases/redirect-secrets.ts';
import { cases as redirectsCases } from './cases/redirects.ts';
import { cases as requestContentCases } from './cases/request-content.ts';
import { cases as requestErrorsCases } from './cases/request-errors.ts';
import { cases as requestExtensionsCases } from './cases/request-extensions.ts';
import { cases as requestFormsCases } from './cases/request-forms.ts';
import { cases as requestFramingCases } from './cases/request-framing.ts';
import { cases as requestHeadsCases } from './cases/request-heads.ts';
import { cases as requestJsonCases } from './cases/request-json.ts';
import { cases as requestReplayCases } from './cases/request-replay.ts';
import { cases as responseConstructionCases } from './cases/response-construction.ts';
import { cases as responseFieldsCases } from './cases/response-fields.ts';
import { cases as responseHistoryCases } from './cases/response-history.ts';
import { cases as responseJsonCases } from './cases/response-json.ts';
import { cases as responseRepresentationsCases } from './cases/response-representations.ts';
import { cases as responseStatusCases } from './cases/response-status.ts';
import { cases as responseTransferCases } from './cases/response-transfer.ts';
import { cases as resumeCases } from './cases/resume.ts';
import { cases as retryPlaceCases } from './cases/retry-place.ts';
import { cases as retryWaitsCases } from './cases/retry-waits.ts';
import { cases as retryCases } from './cases/retry.ts';
import { cases as securityDesyncCases } from './cases/security-desync.ts';
import { cases as securityInjectionCases } from './cases/security-injection.ts';
import { cases as setCookieFieldsCases } from './cases/set-cookie-fields.ts';
import { cases as smallChunksCases } from './cases/small-chunks.ts';
import { cases as socketErrorsCases } from './cases/socket-errors.ts';
import { cases as socketsCases } from './cases/sockets.ts';
import { cases as sseReconnectCases } from './cases/sse-reconnect.ts';
import { cases as sseCases } from './cases/sse.ts';
import { cases as staleCases } from './cases/stale.ts';
import { cases as statusCases } from './cases/status.ts';
import { cases as streamContentCases } from './cases/stream-content.ts';
import { cases as streamReleaseCases } from './cases/stream-release.ts';
import { cases as textCharsetsCases } from './cases/text-charsets.ts';
import { cases as textLinesCases } from './cases/text-lines.ts';
import { cases as timeoutPausesCases } from './cases/timeout-pauses.ts';
import { cases as timeoutPhasesCases } from './cases/timeout-phases.ts';
import { cases as timeoutValuesCases } from './cases/timeout-values.ts';
import { cases as tlsClientCertificatesCases } from './cases/tls-client-certificates.ts';
import { cases as tlsHandshakeCases } from './cases/tls-handshake.ts';
import { cases as tlsTrustCases } from './cases/tls-trust.ts';
import { cases as totalTimeoutCases } from './cases/total-timeout.ts';
import { cases as traceConnectionsCases } from './cases/trace-connections.ts';
import { cases as traceSecretsCases } from './cases/trace-secrets.ts';
import { cases as traceCases } from './cases/trace.ts';
import { cases as transportCompositionCases } from './cases/transport-composition.ts';
import { cases as transportContractCases } from './cases/transport-contract.ts';
import { cases as tunnelledUploadsCases } from './cases/tunnelled-uploads.ts';
import { cases as unwantedContentCases } from './cases/unwanted-content.ts';
import { cases as upgradeCases } from './cases/upgrade.ts';
import { cases as urlAuthorityCases } from './cases/url-authority.ts';
import { cases as urlChangingCases } from './cases/url-changing.ts';
import { cases as urlJoiningCases } from './cases/url-joining.ts';
import { cases as urlParsingCases } from './cases/url-parsing.ts';
import { cases as urlPathAndQueryCases } from './cases/url-path-and-query.ts';
import { cases as urlRedactionCases } from './cases/url-redaction.ts';

/** Every case of the suite. */
export const allCases: readonly ConformanceCase[] = [
  ...appTransportNodeCases,
  ...appTransportCases,
  ...authCredentialsCases,
  ...authFlowsCases,
  ...backendsCases,
  ...cliDownloadCases,
  ...cliOutcomesCases,
  ...cliOutputCases,
  ...cliProxiesCases,
  ...cliRequestsCases,
  ...clientConfigurationCases,
  ...clientCookiesCases,
  ...clientFieldsCases,
  ...clientLifetimeCases,
  ...connectRetriesCases,
  ...contentCodingsCases,
  ...cookieJarCases,
  ...cookieScopeCases,
  ...decodingErrorsCases,
  ...decodingLimitsCases,
  ...digestChallengesCases,
  ...digestFieldsCases,
  ...digestCases,
  ...errorClassesCases,
  ...errorDetailsCases,
  ...expectContinueCases,
  ...foreignRequestsCases,
  ...givenUpSourcesCases,
  ...headerWireCases,
  ...headersCases,
  ...hookFailuresCases,
  ...hooksCases,
  ...http1FramingCases,
  ...http1InterimCases,
  ...http1LimitsCases,
  ...http1NumbersCases,
  ...http1PersistenceCases,
  ...http1UploadsCases,
  ...http1Cases,
  ...http2CancelCases,
  ...http2FramesCases,
  ...http2NegotiationCases,
  ...http2RequestsCases,
  ...http2ResponsesCases,
  ...http2StreamsCases,
  ...inheritedAttemptsCases,
  ...loggingCases,
  ...maskedFieldsCases,
  ...mergingOptionsCases,
  ...mergingParamsCases,
  ...mergingUrlsCases,
  ...metricsCases,
  ...middlewareFailuresCases,
  ...middlewareCases,
  ...mockTransportCases,
  ...mountsCases,
  ...multipartFramingCases,
  ...multipartPartsCases,
  ...multipartStreamsCases,
  ...netrcCases,
  ...noProxyCases,
  ...oneShotCases,
  ...plantedFailuresCases,
  ...plantedMistakesCases,
  ...plantedSecretsCases,
  ...poolAssignmentCases,
  ...poolIdleCases,
  ...poolReleaseCases,
  ...progressCases,
  ...proxyAuthCases,
  ...proxyCancellationCases,
  ...proxyEnvironmentCases,
  ...proxyForwardCases,
  ...proxyOptionsCases,
  ...proxyRefusalsCases,
  ...proxySocksCases,
  ...proxyTunnelsCases,
  ...queryParamsCases,
  ...redirectChainsCases,
  ...redirectCookiesCases,
  ...redirectLocationsCases,
  ...redirectPrivateCases,
  ...redirectSecretsCases,
  ...redirectsCases,
  ...requestContentCases,
  ...requestErrorsCases,
  ...requestExtensionsCases,
  ...requestFormsCases,
  ...requestFramingCases,
  ...requestHeadsCases,
  ...requestJsonCases,
  ...requestReplayCases,
  ...responseConstructionCases,
  ...responseFieldsCases,
  ...responseHistoryCases,
  ...responseJsonCases,
  ...responseRepresentationsCases,
  ...responseStatusCases,
  ...responseTransferCases,
  ...resumeCases,
  ...retryPlaceCases,
  ...retryWaitsCases,
  ...retryCases,
  ...securityDesyncCases,
  ...securityInjectionCases,
  ...setCookieFieldsCases,
  ...smallChunksCases,
  ...socketErrorsCases,
  ...socketsCases,
  ...sseReconnectCases,
  ...sseCases,
  ...staleCases,
  ...statusCases,
  ...streamContentCases,
  ...streamReleaseCases,
  ...textCharsetsCases,
  ...textLinesCases,
  ...timeoutPausesCases,
  ...timeoutPhasesCases,
  ...timeoutValuesCases,
  ...tlsClientCertificatesCases,
  ...tlsHandshakeCases,
  ...tlsTrustCases,
  ...totalTimeoutCases,
  ...traceConnectionsCases,
  ...traceSecretsCases,
  ...traceCases,
  ...transportCompositionCases,
  ...transportContractCases,
  ...tunnelledUploadsCases,
  ...unwantedContentCases,
  ...upgradeCases,
  ...urlAuthorityCases,
  ...urlChangingCases,
  ...urlJoiningCases,
  ...urlParsingCases,
  ...urlPathAndQueryCases,
  ...urlRedactionCases,
];
