import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { deploymentNames, DutyRole } from '@cordon/constructs';
import type { CordonConfig } from '@cordon/incident';
import { readSourceStatements } from '@cordon/responder/needs';

/**
 * What a member account has for reading the blocks of frozen disks where they lie, as a template of its own for the home Region alone: only who
 * needs it deploys it, because AWS does not let the evidence account read them through their share (UNCONFIRMED, ADR 0017).
 */
export class SourceReadingStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: reading the blocks of frozen disks in a member account' });
    const names = deploymentNames(config);
    new DutyRole(this, 'read-source', {
      duty: 'read-source',
      names,
      statements: readSourceStatements(names),
    });
  }
}
