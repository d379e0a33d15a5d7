import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { World } from '../../core/world.ts';
import { securityHubState } from './state.ts';

/** Enables Security Hub in an account and Region, without a finding. */
export const enableSecurityHub = (
  world: World,
  on: { readonly account: string; readonly region: string },
): void => {
  world.of(securityHubState, on.account, on.region).hub ??= { findings: new Map() };
};

/** A finding of GuardDuty as Security Hub takes it. */
export interface HubFindingSpec {
  /** Account that sees it: the member's administrator. */
  readonly administrator: string;
  readonly account: string;
  readonly region: string;
  /** Of the member's detector. */
  readonly detectorId: string;
  readonly findingId: string;
  readonly workflow?: 'NEW' | 'NOTIFIED' | 'RESOLVED' | 'SUPPRESSED';
  readonly note?: { readonly text: string; readonly by: string };
}

/**
 * Puts a finding of GuardDuty into Security Hub: its id is GuardDuty's ARN, its product GuardDuty's of the Region.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-internal-providers.html,
 * https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
 *
 * @param now virtual epoch ms
 * @throws Error where Security Hub is not enabled
 */
export const addSecurityHubFinding = (
  world: World,
  spec: HubFindingSpec,
  now: number,
): AwsSecurityFinding => {
  const { administrator, account, region, detectorId, findingId, workflow = 'NEW', note } = spec;
  const { hub } = world.of(securityHubState, administrator, region);
  if (hub === undefined)
    throw new Error(
      `Security Hub is not enabled in ${administrator}, ${region}: call enableSecurityHub first`,
    );
  const at = new Date(now).toISOString();
  const { partition } = world.facts;
  const finding: AwsSecurityFinding = {
    SchemaVersion: '2018-10-08',
    Id: `arn:${partition}:guardduty:${region}:${account}:detector/${detectorId}/finding/${findingId}`,
    ProductArn: `arn:${partition}:securityhub:${region}::product/aws/guardduty`,
    GeneratorId: `arn:${partition}:guardduty:${region}:${account}:detector/${detectorId}`,
    AwsAccountId: account,
    CreatedAt: at,
    UpdatedAt: at,
    Title: 'a finding of GuardDuty',
    Description: 'a finding of GuardDuty',
    Resources: [],
    Workflow: { Status: workflow },
    ...(note === undefined ? {} : { Note: { Text: note.text, UpdatedBy: note.by, UpdatedAt: at } }),
  };
  hub.findings.set(finding.Id ?? '', finding);
  return finding;
};
