import { ServiceFault } from '../../core/fault.ts';

/**
 * One page of a KMS list.
 *
 * @throws ServiceFault InvalidMarkerException; ValidationException for a limit outside 1-100.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
 */
export const pageOf = <Item>(
  items: readonly Item[],
  request: { readonly limit: number; readonly marker: string | undefined },
): { readonly items: readonly Item[]; readonly marker: string | undefined } => {
  if (request.limit < 1 || request.limit > 100) {
    throw new ServiceFault('ValidationException', `Limit ${request.limit} is not valid: want 1 to 100`);
  }
  const from =
    request.marker === undefined ? 0 : Number(/^from-(\d+)$/.exec(request.marker)?.[1] ?? Number.NaN);
  if (Number.isNaN(from))
    throw new ServiceFault('InvalidMarkerException', `Marker ${request.marker} is not valid`);
  const to = from + request.limit;
  return { items: items.slice(from, to), marker: to < items.length ? `from-${to}` : undefined };
};
