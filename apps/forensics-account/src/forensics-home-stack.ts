import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FORENSIC_MACHINE_ROLE_NAME, type CordonConfig } from '@cordon/incident';
import {
  examinerStatements,
  recordSessionsStatements,
  sessionChannelStatements,
} from '@cordon/responder/needs';
import { AgentOnlyRole, deploymentNames, DutyRole } from '@cordon/constructs';
import { SessionReader } from './session-reader.ts';

/** The forensics account's home Region: the examiner's role, that by which recordings are read, and the one that the forensic machine gets. */
export class ForensicsHomeStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: roles of the forensics account' });
    const names = deploymentNames(config);
    new DutyRole(this, 'Examiner', {
      duty: 'examiner',
      names,
      statements: examinerStatements(names),
    });
    new AgentOnlyRole(this, 'Machine', {
      name: FORENSIC_MACHINE_ROLE_NAME,
      more: [...recordSessionsStatements(names), ...sessionChannelStatements(names)],
    });
    new SessionReader(this, 'SessionReader', names);
  }
}
