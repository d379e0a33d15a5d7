import type {
  CreateSampleFindingsCommandInput,
  DescribeOrganizationConfigurationCommandInput,
  DescribeOrganizationConfigurationCommandOutput,
  GetDetectorCommandInput,
  GetDetectorCommandOutput,
} from '@aws-sdk/client-guardduty';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { badRequest, detectorOf, readCheck } from './detector-target.ts';
import { allFeatures, organizationFeatures } from './features.ts';
import { makeSample } from './make-sample.ts';

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateSampleFindings.html */
const TYPES_LIMIT = 50;

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html ; without tags and times. */
const getDetector = operation<GetDetectorCommandInput, Omit<GetDetectorCommandOutput, '$metadata'>>({
  // The one read that names a detector: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html
  checks: ({ DetectorId }, { world, caller, region }) => [
    {
      action: 'guardduty:GetDetector',
      resource: `arn:${world.facts.partition}:guardduty:${region}:${caller.account}:detector/${DetectorId ?? ''}`,
    },
  ],
  run: (input, call) => {
    acceptMembers(input, 'GetDetector', ['DetectorId']);
    const detector = detectorOf(call, input.DetectorId);
    const { status, frequency } = detector;
    return {
      Status: status,
      Features: allFeatures(detector),
      FindingPublishingFrequency: frequency,
      ServiceRole: `arn:${call.world.facts.partition}:iam::${call.caller.account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
    };
  },
});

/**
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DescribeOrganizationConfiguration.html : of the delegated administrator's detector. That
 * another's is refused so, and in these words, is assumed; AWS names this error alone.
 */
const describeOrganizationConfiguration = operation<
  DescribeOrganizationConfigurationCommandInput,
  Omit<DescribeOrganizationConfigurationCommandOutput, '$metadata'>
>({
  checks: () => readCheck('DescribeOrganizationConfiguration'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeOrganizationConfiguration', ['DetectorId']);
    const detector = detectorOf(call, input.DetectorId);
    const { autoEnable } = detector;
    if (autoEnable === undefined)
      throw badRequest(
        'The request is rejected because the current account is not the delegated administrator of the organization.',
      );
    return {
      AutoEnableOrganizationMembers: autoEnable,
      AutoEnable: autoEnable !== 'NONE',
      MemberAccountLimitReached: false,
      Features: organizationFeatures(detector),
    };
  },
});

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateSampleFindings.html ; all types at once, which it makes without a list, are not here. */
const createSampleFindings = operation<CreateSampleFindingsCommandInput, object>({
  checks: () => readCheck('CreateSampleFindings'),
  run: async (input, call) => {
    acceptMembers(input, 'CreateSampleFindings', ['DetectorId', 'FindingTypes']);
    const detector = detectorOf(call, input.DetectorId);
    const types = input.FindingTypes ?? [];
    if (types.length < 1 || types.length > TYPES_LIMIT)
      throw badRequest(
        'The request is rejected because the parameter findingTypes is out of range: the local organization wants 1 to 50 types.',
      );
    for (const type of new Set<string>(types)) await makeSample(detector, type, call);
    return {};
  },
});

/** What an account asks of its own detector. */
export const detectorOperations: Readonly<Record<string, Operation>> = {
  GetDetector: getDetector,
  DescribeOrganizationConfiguration: describeOrganizationConfiguration,
  CreateSampleFindings: createSampleFindings,
};
