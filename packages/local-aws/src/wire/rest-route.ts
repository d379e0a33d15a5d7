import type { OperationModel, ServiceModel } from './catalog.ts';
import type { HttpRoute } from './http-route.ts';
import { s3Address } from './s3-address.ts';
import type { WireRequest } from './wire-message.ts';

/** A REST request matched to its operation. */
export interface RoutedRequest {
  readonly operation: OperationModel;
  readonly route: HttpRoute;
  /** Decoded path labels by member name. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Finds the operation of a REST request by method, path, query and headers. Several S3 operations share one method and
 * path; the one that the most fixed and required parameters speak for is meant. `undefined` when none fits.
 */
export function routeRequest(
  service: ServiceModel,
  request: WireRequest,
  query: URLSearchParams,
): RoutedRequest | undefined {
  const rawPath = request.url.split('?', 1)[0] ?? '/';
  const onS3 = service.service === 's3';
  const { bucket, path } = onS3
    ? s3Address(request.headers['host'] ?? '', rawPath)
    : { bucket: undefined, path: rawPath };
  let best: RoutedRequest | undefined;
  let bestScore = -1;
  for (const operation of service.operations.values()) {
    const { route } = operation;
    if (route === undefined || route.method !== request.method) continue;
    if (onS3 && route.onBucket !== (bucket !== undefined)) continue;
    const match = route.pattern.exec(path) ?? (onS3 ? null : route.pattern.exec(path.replace(/\/$/, '')));
    if (match === null) continue;
    const score = scoreOf(operation.name, route, { query, headers: request.headers });
    if (
      score > bestScore ||
      (score === bestScore && best !== undefined && operation.name.length < best.operation.name.length)
    ) {
      const labels = Object.fromEntries(
        route.labels.map((label, i) => [label, decodeURIComponent(match[i + 1] ?? '')]),
      );
      best = { operation, route, labels: bucket === undefined ? labels : { ...labels, Bucket: bucket } };
      bestScore = score;
    }
  }
  return best;
}

/** How much of the request speaks for this route; -1 when something it needs is absent. */
function scoreOf(
  name: string,
  route: HttpRoute,
  request: { readonly query: URLSearchParams; readonly headers: Readonly<Record<string, string>> },
): number {
  for (const [key, value] of route.fixedQuery) {
    if (!request.query.has(key) || (value !== '' && request.query.get(key) !== value)) return -1;
  }
  const hint = request.query.get('x-id');
  // The SDK names the operation itself; a member missing from such a request is a fault to report, not another operation.
  if (hint !== null && route.hint !== undefined) return hint === name ? 1000 : -1;
  const present =
    route.requiredQuery.every((key) => request.query.has(key)) &&
    route.requiredHeaders.every((key) => request.headers[key] !== undefined);
  if (!present) return -1;
  return route.fixedQuery.length + route.requiredQuery.length + route.requiredHeaders.length;
}
