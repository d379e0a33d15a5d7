import type {
  AwsSecurityFinding,
  AwsSecurityFindingFilters,
  GetFindingsCommandInput,
  GetFindingsCommandOutput,
  StringFilter,
} from '@aws-sdk/client-securityhub';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { securityHubState, type Hub } from './state.ts';

/** "Minimum value of 1. Maximum value of 100." API_GetFindings.html */
const MOST = 100;

/** A request that Security Hub does not take. */
export const invalidInput = (message: string): ServiceFault =>
  new ServiceFault('InvalidInputException', message, { fields: { Code: 'InvalidInputException' } });

/** The hub of an account that has one: "not subscribed" is what the service says of others. API_GetFindings.html (InvalidAccessException) */
export const requireHub = ({ world, caller, region }: Call): Hub => {
  const { hub } = world.of(securityHubState, caller.account, region);
  if (hub === undefined)
    throw new ServiceFault(
      'InvalidAccessException',
      `Account ${caller.account} is not subscribed to AWS Security Hub`,
      { status: 401, fields: { Code: 'InvalidAccessException' } },
    );
  return hub;
};

/** ARN of the hub: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html */
export const hubArn = ({ world, caller, region }: Call): string =>
  `arn:${world.facts.partition}:securityhub:${region}:${caller.account}:hub/default`;

/** Attributes by which findings are filtered here. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html */
const ATTRIBUTES = ['AwsAccountId', 'Id', 'ProductArn'] as const;

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StringFilter.html : filters of one field are joined by OR */
const fits = (value: string, { Comparison, Value = '' }: StringFilter, name: string): boolean => {
  if (Comparison === 'EQUALS') return value === Value;
  if (Comparison === 'PREFIX') return value.startsWith(Value);
  throw unimplemented(`Filters.${name}.Comparison=${Comparison}`, 'GetFindings');
};

/** A test of every field that is named. */
const matcher = (filters: AwsSecurityFindingFilters = {}): ((finding: AwsSecurityFinding) => boolean) => {
  for (const [name, given] of Object.entries(filters))
    if (given !== undefined && !ATTRIBUTES.some((known) => known === name))
      throw unimplemented(`Filters.${name}`, 'GetFindings');
  return (finding) =>
    ATTRIBUTES.every((name) => {
      const given = filters[name];
      return given === undefined || given.some((one) => fits(finding[name] ?? '', one, name));
    });
};

const inOrder = (
  findings: readonly AwsSecurityFinding[],
  criteria: GetFindingsCommandInput['SortCriteria'] = [],
): readonly AwsSecurityFinding[] => {
  const [first, ...others] = criteria;
  if (first === undefined) return findings;
  if (others.length > 0 || first.Field !== 'UpdatedAt') throw unimplemented('SortCriteria', 'GetFindings');
  const sign = first.SortOrder === 'desc' ? -1 : 1;
  return findings.toSorted(
    (one, other) => sign * Math.sign(Date.parse(one.UpdatedAt ?? '') - Date.parse(other.UpdatedAt ?? '')),
  );
};

/**
 * Findings that the caller's account sees. Whether the hub is what is asked for the reference leaves open (assumed: it is).
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
 */
export const getFindings = operation<GetFindingsCommandInput, Omit<GetFindingsCommandOutput, '$metadata'>>({
  checks: (_input, call) => [{ action: 'securityhub:GetFindings', resource: hubArn(call), assumed: true }],
  run: (input, call) => {
    acceptMembers(input, 'GetFindings', ['Filters', 'SortCriteria', 'MaxResults', 'NextToken']);
    const { Filters, SortCriteria, MaxResults: size = MOST, NextToken: token } = input;
    const { findings } = requireHub(call);
    if (size < 1 || size > MOST) throw invalidInput(`MaxResults is ${size}: want 1 to ${MOST}`);
    const found = inOrder([...findings.values()].filter(matcher(Filters)), SortCriteria);
    const { items, next } = takePage(found, { token, size }, () => invalidInput('NextToken is not valid'));
    return { Findings: structuredClone([...items]), ...(next === undefined ? {} : { NextToken: next }) };
  },
});
