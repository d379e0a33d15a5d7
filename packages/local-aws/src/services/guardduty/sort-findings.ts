import type { Finding, SortCriteria } from '@aws-sdk/client-guardduty';
import { unimplemented } from '../accept-members.ts';
import { badRequest } from './detector-target.ts';

type Sortable = string | number;

/** Attributes by which findings can be sorted here; the API accepts any attribute of a finding. */
const ATTRIBUTES: Readonly<Record<string, (finding: Finding) => Sortable>> = {
  accountId: ({ AccountId }) => AccountId ?? '',
  createdAt: ({ CreatedAt }) => CreatedAt ?? '',
  id: ({ Id }) => Id ?? '',
  severity: ({ Severity }) => Severity ?? 0,
  type: ({ Type }) => Type ?? '',
  updatedAt: ({ UpdatedAt }) => UpdatedAt ?? '',
};

/**
 * Findings in the order that a request asks for; as they are when it asks for none. Ascending unless `DESC`.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_SortCriteria.html
 *
 * @throws ServiceFault UnsupportedOperation (501) for an attribute that is not implemented, BadRequestException for an unknown order
 */
export const sorted = (
  findings: readonly Finding[],
  criteria: SortCriteria | undefined,
  operationName: string,
): Finding[] => {
  if (criteria?.AttributeName === undefined) return [...findings];
  const attribute = ATTRIBUTES[criteria.AttributeName];
  if (attribute === undefined)
    throw unimplemented(`SortCriteria.AttributeName=${criteria.AttributeName}`, operationName);
  const order = criteria.OrderBy ?? 'ASC';
  if (order !== 'ASC' && order !== 'DESC')
    throw badRequest('The request is rejected because the parameter orderBy has an invalid value.');
  const sign = order === 'ASC' ? 1 : -1;
  return findings.toSorted((a, b) => {
    const [left, right] = [attribute(a), attribute(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
};
