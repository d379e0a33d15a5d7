import { Stack } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import {
  dutyRoleArn,
  KEY_ALIASES,
  TRIAGE_DOCUMENT,
  TRIAGE_DOCUMENT_NAME,
  type CordonConfig,
} from '@cordon/incident';
import { EBS_KEY_USE, recordSessionsStatements } from '@cordon/responder/needs';
import { deploymentNames, GuardedKey, throughEc2, type DeploymentNames } from '@cordon/constructs';
import { forensicMachine } from './forensic-machine.ts';
import { IsolatedNetwork } from './isolated-network.ts';
import { recordedSessions } from './recorded-sessions.ts';

/** What EBS does with a key for a caller that copies a snapshot from under it, and never to it. */
const READ_UNDER_KEY = EBS_KEY_USE.filter(
  (action) => action !== 'kms:GenerateDataKeyWithoutPlaintext' && action !== 'kms:ReEncryptTo',
);

/** Keys of the account: which of them the machine may use, its role and the keys' policies say. */
const keysOf = ({ partition, account }: DeploymentNames): string => `arn:${partition}:kms:*:${account}:key/*`;

/** The forensics account in every Region: a network without a way out, a working key, the machine to start in it, and what examines disks there. */
export class ForensicsRegionStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: isolated network and forensic machine of one Region' });
    const names = deploymentNames(config);
    const network = new IsolatedNetwork(this, 'Network', {
      logs: recordSessionsStatements(names),
      kms: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: keysOf(names) }],
    });
    recordedSessions(this, names);
    const key = new GuardedKey(this, 'WorkingKey', {
      alias: KEY_ALIASES.forensics,
      description: 'Cordon: working volumes of the forensic machine',
      kind: 'encryption',
      use: [
        ...throughEc2({
          sid: 'Examiner',
          principal: `arn:${names.partition}:iam::${names.forensicsAccount}:root`,
          roles: [dutyRoleArn(names.partition, names.forensicsAccount, 'examiner')],
          organizationId: config.organizationId,
          actions: EBS_KEY_USE,
        }),
        // What an examination put out is copied into the evidence account from here.
        ...throughEc2({
          sid: 'Custodian',
          principal: `arn:${names.partition}:iam::${names.evidenceAccount}:root`,
          roles: [dutyRoleArn(names.partition, names.evidenceAccount, 'custodian')],
          organizationId: config.organizationId,
          actions: READ_UNDER_KEY,
        }),
      ],
    });
    const [subnet] = network.subnets;
    if (subnet === undefined)
      throw new Error('the isolated network has no subnet; give it one to start the machine in');
    // Compared with the responder's own before it is run, and pinned by its hash.
    new CfnDocument(this, 'Triage', {
      name: TRIAGE_DOCUMENT_NAME,
      documentType: 'Command',
      documentFormat: 'JSON',
      targetType: '/AWS::EC2::Instance',
      updateMethod: 'NewVersion',
      content: TRIAGE_DOCUMENT,
    });
    forensicMachine(this, { settings: config.forensics, subnet, group: network.machineGroup, key });
  }
}
