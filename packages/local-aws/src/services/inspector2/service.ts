import type {
  FilterCriteria,
  Finding,
  ListFindingsCommandInput,
  ListFindingsCommandOutput,
  StringFilter,
} from '@aws-sdk/client-inspector2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Service } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { inspectorState } from './state.ts';

const wrong = (message: string): ServiceFault =>
  new ServiceFault('ValidationException', message, { fields: { reason: 'FIELD_VALIDATION_FAILED' } });

/** "Minimum value of 1. Maximum value of 100." API_ListFindings.html */
const MOST = 100;

/** Attributes by which findings are filtered here. https://docs.aws.amazon.com/inspector/v2/APIReference/API_FilterCriteria.html */
const ATTRIBUTES = {
  awsAccountId: (finding: Finding) => [finding.awsAccountId],
  findingArn: (finding: Finding) => [finding.findingArn],
  findingStatus: (finding: Finding) => [finding.status],
  resourceId: (finding: Finding) => (finding.resources ?? []).map(({ id }) => id),
} as const;

const fits = (
  values: readonly (string | undefined)[],
  { comparison, value }: StringFilter,
  name: string,
): boolean => {
  if (comparison !== 'EQUALS') throw unimplemented(`${name}.comparison=${comparison}`, 'ListFindings');
  return values.includes(value);
};

/** A test of every attribute that is named: the finding fits one of its filters. */
const matcher = (criteria: FilterCriteria | undefined): ((finding: Finding) => boolean) => {
  const { awsAccountId, findingArn, findingStatus, resourceId, ...rest } = criteria ?? {};
  for (const [name, given] of Object.entries(rest))
    if (given !== undefined) throw unimplemented(`filterCriteria.${name}`, 'ListFindings');
  const given = { awsAccountId, findingArn, findingStatus, resourceId };
  return (finding) =>
    (Object.keys(ATTRIBUTES) as readonly (keyof typeof ATTRIBUTES)[]).every((name) => {
      const filters = given[name];
      return filters === undefined || filters.some((one) => fits(ATTRIBUTES[name](finding), one, name));
    });
};

/**
 * Findings that the caller's account sees: its own, and those of its members where it is the administrator. Where Inspector is not enabled,
 * access is denied (assumed: the page names the error, and not when).
 * https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListFindings.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoninspector2.html
 */
const listFindings = operation<ListFindingsCommandInput, Omit<ListFindingsCommandOutput, '$metadata'>>({
  checks: () => [{ action: 'inspector2:ListFindings', resource: '*' }],
  run: (input, { world, caller, region }) => {
    acceptMembers(input, 'ListFindings', ['filterCriteria', 'maxResults', 'nextToken']);
    const { filterCriteria, maxResults: size = MOST, nextToken: token } = input;
    if (size < 1 || size > MOST) throw wrong(`maxResults is ${size}: want 1 to ${MOST}`);
    const { inspector } = world.of(inspectorState, caller.account, region);
    if (inspector === undefined)
      throw new ServiceFault(
        'AccessDeniedException',
        'Invoking account does not have access to list findings.',
      );
    const found = [...inspector.findings.values()].filter(matcher(filterCriteria));
    const { items, next } = takePage(found, { token, size }, () => wrong('nextToken is not valid'));
    return { findings: [...items], ...(next === undefined ? {} : { nextToken: next }) };
  },
});

/** Amazon Inspector, as far as findings of instances are listed. What it finds, a world says (`addInspectorFinding`). */
export const inspectorService: Service = {
  name: 'inspector2',
  operations: { ListFindings: listFindings },
};
