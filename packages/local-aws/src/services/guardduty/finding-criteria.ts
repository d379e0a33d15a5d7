import type { Condition, Finding, FindingCriteria } from '@aws-sdk/client-guardduty';
import { acceptMembers, unimplemented } from '../accept-members.ts';

type Value = string | number | boolean | undefined;

/** Attributes that a criterion may name here; any other throws. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html */
const ATTRIBUTES: Readonly<Record<string, (finding: Finding) => Value>> = {
  accountId: ({ AccountId }) => AccountId,
  id: ({ Id }) => Id,
  region: ({ Region }) => Region,
  severity: ({ Severity }) => Severity,
  type: ({ Type }) => Type,
  updatedAt: ({ UpdatedAt }) => (UpdatedAt === undefined ? undefined : Date.parse(UpdatedAt)),
  'resource.resourceType': ({ Resource }) => Resource?.ResourceType,
  'resource.instanceDetails.instanceId': ({ Resource }) => Resource?.InstanceDetails?.InstanceId,
  'service.archived': ({ Service }) => Service?.Archived,
};

const holds = (condition: Condition, value: Value): boolean => {
  acceptMembers(condition, 'ListFindings.FindingCriteria', [
    'Equals',
    'NotEquals',
    'GreaterThan',
    'GreaterThanOrEqual',
    'LessThan',
    'LessThanOrEqual',
  ]);
  const { Equals, NotEquals, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual } = condition;
  const text = String(value);
  const number = Number(value);
  return (
    (Equals === undefined || Equals.includes(text)) &&
    (NotEquals === undefined || !NotEquals.includes(text)) &&
    (GreaterThan === undefined || number > GreaterThan) &&
    (GreaterThanOrEqual === undefined || number >= GreaterThanOrEqual) &&
    (LessThan === undefined || number < LessThan) &&
    (LessThanOrEqual === undefined || number <= LessThanOrEqual)
  );
};

/**
 * Says whether a finding meets every criterion.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_FindingCriteria.html
 *
 * @throws ServiceFault UnsupportedOperation (501) for an attribute or operator that is not implemented
 */
export const matchesCriteria = (finding: Finding, criteria: FindingCriteria | undefined): boolean =>
  Object.entries(criteria?.Criterion ?? {}).every(([name, condition]) => {
    const attribute = ATTRIBUTES[name];
    if (attribute === undefined) throw unimplemented(`FindingCriteria.Criterion.${name}`, 'ListFindings');
    return holds(condition, attribute(finding));
  });
