import type {
  DescribeOrganizationConfigurationCommandInput,
  DescribeOrganizationConfigurationCommandOutput,
  GetDetectorCommandInput,
  GetDetectorCommandOutput,
} from '@aws-sdk/client-guardduty';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { badRequest, detectorOf, readCheck } from './detector-target.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html#amazonguardduty-resources-for-iam-policies */
const detectorCheck = (
  action: string,
  { world, caller, region }: Pick<Call, 'world' | 'caller' | 'region'>,
  detectorId = '',
): readonly Check[] => [
  {
    action: `guardduty:${action}`,
    resource: `arn:${world.facts.partition}:guardduty:${region}:${caller.account}:detector/${detectorId}`,
  },
];

/** Status and frequency; sources and features are not there. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html */
const getDetector = operation<GetDetectorCommandInput, Omit<GetDetectorCommandOutput, '$metadata'>>({
  checks: (input, call) => detectorCheck('GetDetector', call, input.DetectorId),
  run: (input, call) => {
    acceptMembers(input, 'GetDetector', ['DetectorId']);
    const { status, frequency } = detectorOf(call, input.DetectorId);
    const { partition } = call.world.facts;
    return {
      Status: status,
      FindingPublishingFrequency: frequency,
      ServiceRole: `arn:${partition}:iam::${call.caller.account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
    };
  },
});

/**
 * Which accounts are enabled by themselves, in one page. For the delegated administrator of this Region alone; what others are told is assumed, for the page names no error of
 * its own: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DescribeOrganizationConfiguration.html
 */
const describeOrganizationConfiguration = operation<
  DescribeOrganizationConfigurationCommandInput,
  Omit<DescribeOrganizationConfigurationCommandOutput, '$metadata'>
>({
  checks: () => readCheck('DescribeOrganizationConfiguration'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeOrganizationConfiguration', ['DetectorId']);
    const { autoEnable } = detectorOf(call, input.DetectorId);
    if (autoEnable === undefined)
      throw badRequest(
        'The request is rejected because the current account is not the delegated administrator of the organization.',
      );
    return {
      AutoEnableOrganizationMembers: autoEnable,
      AutoEnable: autoEnable !== 'NONE',
      MemberAccountLimitReached: false,
    };
  },
});

/** What a detector and the organization's GuardDuty are set to. */
export const settingOperations: Readonly<Record<string, Operation>> = {
  GetDetector: getDetector,
  DescribeOrganizationConfiguration: describeOrganizationConfiguration,
};
