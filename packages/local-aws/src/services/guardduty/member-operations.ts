import type {
  GetMemberDetectorsCommandInput,
  GetMemberDetectorsCommandOutput,
  GetMembersCommandInput,
  GetMembersCommandOutput,
  ListMembersCommandInput,
  ListMembersCommandOutput,
  Member,
  MemberDataSourceConfiguration,
  UnprocessedAccount,
} from '@aws-sdk/client-guardduty';
import { operation, type Call, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { organizationState } from '../organizations/state.ts';
import { takePage } from '../page.ts';
import { badRequest, detectorOf, readCheck } from './detector-target.ts';
import { optionalFeatures } from './features.ts';
import { badToken, pageSize } from './pages.ts';
import { guardDutyState, type Detector } from './state.ts';

/**
 * "Maximum number of 50 items": https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetMembers.html and
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetMemberDetectors.html
 */
const MEMBER_IDS_LIMIT = 50;

const accountIds = (given: readonly string[] | undefined): readonly string[] => {
  const ids = given ?? [];
  if (ids.length < 1 || ids.length > MEMBER_IDS_LIMIT)
    throw badRequest('The request is rejected because the parameter accountIds is out of range.');
  return ids;
};

/** What is said of an account that is no member. */
const notAssociated = (AccountId: string): UnprocessedAccount => ({
  AccountId,
  Result:
    'The request is rejected because the given account ID is not an associated member of account the current account.',
});

const detectorIn = ({ world, caller, region }: Call): Detector | undefined =>
  world.of(guardDutyState, caller.account, region).detector;

const memberView = (call: Call, account: string, joinedAt: number): Member => ({
  AccountId: account,
  MasterId: call.caller.account,
  AdministratorId: call.caller.account,
  RelationshipStatus: detectorIn(call)?.notEnabled.get(account) ?? 'Enabled',
  Email: call.world.of(organizationState, '', '').details.get(account)?.email ?? '',
  UpdatedAt: new Date(joinedAt).toISOString(),
});

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListMembers.html */
const listMembers = operation<ListMembersCommandInput, Omit<ListMembersCommandOutput, '$metadata'>>({
  checks: () => readCheck('ListMembers'),
  run: (input, call) => {
    // Every member here is associated, so that OnlyAssociated changes nothing.
    acceptMembers(input, 'ListMembers', ['DetectorId', 'MaxResults', 'NextToken', 'OnlyAssociated']);
    const { members } = detectorOf(call, input.DetectorId);
    const page = takePage(
      [...members],
      { token: input.NextToken, size: pageSize(input.MaxResults) },
      badToken,
    );
    return {
      Members: page.items.map(([account, joinedAt]) => memberView(call, account, joinedAt)),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetMembers.html */
const getMembers = operation<GetMembersCommandInput, Omit<GetMembersCommandOutput, '$metadata'>>({
  checks: () => readCheck('GetMembers'),
  run: (input, call) => {
    acceptMembers(input, 'GetMembers', ['DetectorId', 'AccountIds']);
    const { members } = detectorOf(call, input.DetectorId);
    const ids = accountIds(input.AccountIds);
    return {
      Members: ids.flatMap((id) => {
        const joinedAt = members.get(id);
        return joinedAt === undefined ? [] : [memberView(call, id, joinedAt)];
      }),
      UnprocessedAccounts: ids.filter((id) => !members.has(id)).map(notAssociated),
    };
  },
});

/**
 * The plans of members, each as its own detector has them. The data sources of before 2023 say the same and are left out, though the API
 * requires them. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetMemberDetectors.html . What is said of a member without
 * a detector is assumed.
 */
const getMemberDetectors = operation<
  GetMemberDetectorsCommandInput,
  Omit<GetMemberDetectorsCommandOutput, '$metadata' | 'MemberDataSourceConfigurations'> & {
    readonly MemberDataSourceConfigurations: readonly Omit<MemberDataSourceConfiguration, 'DataSources'>[];
  }
>({
  checks: () => readCheck('GetMemberDetectors'),
  run: (input, call) => {
    acceptMembers(input, 'GetMemberDetectors', ['DetectorId', 'AccountIds']);
    const { members } = detectorOf(call, input.DetectorId);
    const found = accountIds(input.AccountIds).map((id) => ({
      id,
      detector: members.has(id) ? call.world.of(guardDutyState, id, call.region).detector : undefined,
    }));
    return {
      MemberDataSourceConfigurations: found.flatMap(({ id, detector }) =>
        detector === undefined ? [] : [{ AccountId: id, Features: optionalFeatures(detector) }],
      ),
      UnprocessedAccounts: found
        .filter(({ detector }) => detector === undefined)
        .map(({ id }) => notAssociated(id)),
    };
  },
});

/** What an administrator asks of its members. */
export const memberOperations: Readonly<Record<string, Operation>> = {
  ListMembers: listMembers,
  GetMembers: getMembers,
  GetMemberDetectors: getMemberDetectors,
};
