import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { dutyRoleArn, KEY_ALIASES, type CordonConfig } from '@cordon/incident';
import { EBS_KEY_USE } from '@cordon/responder/needs';
import { deploymentNames, GuardedKey, throughEc2 } from '@cordon/constructs';
import { forensicMachine } from './forensic-machine.ts';
import { IsolatedNetwork } from './isolated-network.ts';

/** The forensics account in every Region: a network without a way out, a working key, and the machine to start in it. */
export class ForensicsRegionStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: isolated network and forensic machine of one Region' });
    const names = deploymentNames(config);
    const network = new IsolatedNetwork(this, 'Network');
    const key = new GuardedKey(this, 'WorkingKey', {
      alias: KEY_ALIASES.forensics,
      description: 'Cordon: working volumes of the forensic machine',
      kind: 'encryption',
      use: throughEc2({
        sid: 'Examiner',
        principal: `arn:${names.partition}:iam::${names.forensicsAccount}:root`,
        roles: [dutyRoleArn(names.partition, names.forensicsAccount, 'examiner')],
        organizationId: config.organizationId,
        actions: EBS_KEY_USE,
      }),
    });
    const [subnet] = network.subnets;
    if (subnet === undefined)
      throw new Error('the isolated network has no subnet; give it one to start the machine in');
    forensicMachine(this, { settings: config.forensics, subnet, group: network.machineGroup, key });
  }
}
