import type { Finding } from '@aws-sdk/client-inspector2';
import type { Ids } from '../../core/ids.ts';
import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { inspectorState, type Inspector } from './state.ts';

const enabled = (world: World, account: string, region: string): Inspector => {
  const state = world.of(inspectorState, account, region);
  state.inspector ??= { findings: new Map(), members: new Set() };
  return state.inspector;
};

/**
 * Enables Amazon Inspector in an account and Region, as the administrator of `members`, in which it is enabled too.
 * https://docs.aws.amazon.com/inspector/latest/user/managing-multiple-accounts.html
 */
export const enableInspector = (
  world: World,
  {
    account,
    region,
    members = [],
  }: { readonly account: string; readonly region: string; readonly members?: readonly string[] },
): void => {
  const { members: held } = enabled(world, account, region);
  for (const member of members) {
    held.add(member);
    enabled(world, member, region);
  }
};

/** A weakness of an instance, as far as a world says it. */
export interface InspectorSpec {
  readonly administrator: string;
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  readonly severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL' | 'UNTRIAGED';
  /** Such as `CVE-2026-1234`. */
  readonly vulnerabilityId: string;
  readonly title: string;
  readonly exploitAvailable: boolean;
  readonly status?: 'ACTIVE' | 'SUPPRESSED' | 'CLOSED';
}

const findingOf = (spec: InspectorSpec, arn: string, now: number): Finding => {
  const seen = new Date(now);
  return {
    findingArn: arn,
    awsAccountId: spec.account,
    type: 'PACKAGE_VULNERABILITY',
    title: spec.title,
    description: spec.title,
    severity: spec.severity,
    status: spec.status ?? 'ACTIVE',
    exploitAvailable: spec.exploitAvailable ? 'YES' : 'NO',
    fixAvailable: 'YES',
    firstObservedAt: seen,
    lastObservedAt: seen,
    updatedAt: seen,
    remediation: { recommendation: { text: 'None Provided' } },
    resources: [{ type: 'AWS_EC2_INSTANCE', id: spec.instanceId, partition: 'aws', region: spec.region }],
    packageVulnerabilityDetails: {
      vulnerabilityId: spec.vulnerabilityId,
      source: 'NVD',
      vulnerablePackages: [{ name: 'kernel', version: '6.1.0' }],
    },
  };
};

/** The event's own writing of times, and of the rest what the API says. */
const asEvent = (finding: Finding): unknown =>
  JSON.parse(
    JSON.stringify(finding, (key, value: unknown) =>
      key.endsWith('At') && typeof value === 'string' ? new Date(value).toUTCString() : value,
    ),
  );

/**
 * Has Amazon Inspector find a weakness of an instance: the finding is before the administrator and the member, and an event about it on the
 * default bus of each. Gives its ARN.
 * https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html,
 * https://docs.aws.amazon.com/inspector/latest/user/findings-managing-automating-responses.html
 *
 * @throws Error where Inspector is not enabled, or the account is no member
 */
export const addInspectorFinding = (
  stage: { readonly world: World; readonly timeline: Timeline; readonly ids: Ids; readonly host: Host },
  spec: InspectorSpec,
): string => {
  const { administrator, account, region, instanceId } = spec;
  const { inspector } = stage.world.of(inspectorState, administrator, region);
  if (inspector === undefined || (account !== administrator && !inspector.members.has(account)))
    throw new Error(
      `account ${account} is no member of ${administrator}'s Inspector in ${region}: name it in enableInspector's members`,
    );
  const now = stage.timeline.now();
  const arn = `arn:aws:inspector2:${region}:${account}:finding/${stage.ids.hex('inspector-finding', 32)}`;
  const finding = findingOf(spec, arn, now);
  for (const who of new Set([administrator, account])) {
    enabled(stage.world, who, region).findings.set(arn, finding);
    stage.host.deliverEvent(`arn:aws:events:${region}:${who}:event-bus/default`, {
      version: '0',
      id: stage.ids.uuid('inspector-event'),
      'detail-type': 'Inspector2 Finding',
      source: 'aws.inspector2',
      account: who,
      time: new Date(now).toISOString(),
      region,
      resources: [instanceId],
      detail: asEvent(finding),
    });
  }
  return arn;
};
