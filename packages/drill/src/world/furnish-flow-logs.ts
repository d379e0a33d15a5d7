import { addFlowLog, ec2State, openFlow, type Organization } from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';

/** Where the member's flow logs go; `cordon.config.ts` lets it be read. */
const LOG_GROUP = '/vpc/flow-logs';
/** The attacker's server of every scenario that no finding names. */
const ATTACKER = '192.0.2.66';
const EVERY_MS = 30_000;
const FOR_MS = 3_600_000;

/**
 * Gives the VPCs of each suspect a flow log in CloudWatch Logs of its account, and has a program on the host try to reach the attacker's server
 * once every half a minute: each try that is refused is a record.
 */
export const furnishFlowLogs = (organization: Organization, suspects: readonly Suspect[]): void => {
  const { world, ids, timeline } = organization;
  const beganAt = timeline.now();
  for (const { account, region, instanceId, networkInterfaceIds } of suspects) {
    const state = world.of(ec2State, account, region);
    const nics = networkInterfaceIds.flatMap((id) => state.networkInterfaces.get(id) ?? []);
    const roleArn = `arn:aws:iam::${account}:role/flow-logs`;
    for (const resourceId of new Set(nics.map(({ vpcId }) => vpcId)))
      addFlowLog(
        state,
        {
          resourceId,
          destination: { kind: 'cloud-watch-logs', logGroupName: LOG_GROUP, roleArn },
          createdAt: beganAt - 86_400_000,
        },
        ids,
      );
    const tryAgain = (): void => {
      if (state.instances.get(instanceId)?.state !== 'running' || timeline.now() > beganAt + FOR_MS) return;
      for (const { networkInterfaceId } of nics)
        openFlow(organization, {
          account,
          region,
          networkInterfaceId,
          direction: 'outbound',
          protocol: 'tcp',
          localPort: 50_000,
          remotePort: 8_443,
          remote: { address: ATTACKER },
        });
      timeline.at(timeline.now() + EVERY_MS, tryAgain);
    };
    timeline.at(beganAt + EVERY_MS, tryAgain);
  }
};
