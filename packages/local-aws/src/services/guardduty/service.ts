import type {
  Finding,
  GetFindingsCommandInput,
  GetFindingsCommandOutput,
  ListDetectorsCommandInput,
  ListDetectorsCommandOutput,
  ListFindingsCommandInput,
  ListFindingsCommandOutput,
} from '@aws-sdk/client-guardduty';
import { operation, type Call, type Service } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { detectorOperations } from './detector-operations.ts';
import { badRequest, detectorOf, readCheck } from './detector-target.ts';
import { matchesCriteria } from './finding-criteria.ts';
import { memberOperations } from './member-operations.ts';
import { sorted } from './sort-findings.ts';
import { badToken, pageSize } from './pages.ts';
import { guardDutyState } from './state.ts';

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html */
const FINDING_IDS_LIMIT = 50;
/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html : findings are kept for 90 days. */
const KEPT_MS = 90 * 86_400_000;

/** The findings that GuardDuty still has. */
const keptFindings = (call: Call, detectorId: string | undefined): ReadonlyMap<string, Finding> => {
  const { findings, generatedAt } = detectorOf(call, detectorId);
  return new Map([...findings].filter(([id]) => call.now - (generatedAt.get(id) ?? call.now) <= KEPT_MS));
};

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListDetectors.html */
const listDetectors = operation<ListDetectorsCommandInput, Omit<ListDetectorsCommandOutput, '$metadata'>>({
  checks: () => readCheck('ListDetectors'),
  run: (input, { world, caller, region }) => {
    acceptMembers(input, 'ListDetectors', ['MaxResults', 'NextToken']);
    const { detector } = world.of(guardDutyState, caller.account, region);
    const page = takePage(
      detector === undefined ? [] : [detector.detectorId],
      { token: input.NextToken, size: pageSize(input.MaxResults) },
      badToken,
    );
    return { DetectorIds: [...page.items] };
  },
});

/** Ids that are not there are left out of the answer. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html */
const getFindings = operation<GetFindingsCommandInput, Omit<GetFindingsCommandOutput, '$metadata'>>({
  checks: () => readCheck('GetFindings'),
  run: (input, call) => {
    acceptMembers(input, 'GetFindings', ['DetectorId', 'FindingIds', 'SortCriteria']);
    const findings = keptFindings(call, input.DetectorId);
    const ids = input.FindingIds ?? [];
    if (ids.length < 1 || ids.length > FINDING_IDS_LIMIT)
      throw badRequest('The request is rejected because the parameter findingIds is out of range.');
    const found = [...new Set(ids)].flatMap((id): readonly Finding[] => {
      const finding = findings.get(id);
      return finding === undefined ? [] : [finding];
    });
    return { Findings: sorted(found, input.SortCriteria, 'GetFindings') };
  },
});

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html */
const listFindings = operation<ListFindingsCommandInput, Omit<ListFindingsCommandOutput, '$metadata'>>({
  checks: () => readCheck('ListFindings'),
  run: (input, call) => {
    acceptMembers(input, 'ListFindings', [
      'DetectorId',
      'FindingCriteria',
      'SortCriteria',
      'MaxResults',
      'NextToken',
    ]);
    const matching = [...keptFindings(call, input.DetectorId).values()].filter((finding) =>
      matchesCriteria(finding, input.FindingCriteria),
    );
    const ids = sorted(matching, input.SortCriteria, 'ListFindings').map(({ Id }) => Id ?? '');
    const page = takePage(ids, { token: input.NextToken, size: pageSize(input.MaxResults) }, badToken);
    return { FindingIds: [...page.items], ...(page.next === undefined ? {} : { NextToken: page.next }) };
  },
});

/** Amazon GuardDuty as an administrator account uses it. Its events are put on the bus by whoever plants a finding; those of samples by itself. */
export const guarddutyService: Service = {
  name: 'guardduty',
  operations: {
    ListDetectors: listDetectors,
    GetFindings: getFindings,
    ListFindings: listFindings,
    ...memberOperations,
    ...detectorOperations,
  },
};
